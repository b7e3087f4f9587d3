import { SwitchThemeArguments } from '#core/protocol/client-tools.ts';
import { Theme } from './theme.ts';

const words: Record<Theme, readonly string[]> = {
  light: ['light', 'lighter', 'bright', 'brighter', 'day', 'daytime', 'daylight', 'white', 'sunny', 'sunlight'],
  dark: ['dark', 'darker', 'night', 'nighttime', 'nightly', 'black', 'dim', 'midnight', 'darkness', 'moon'],
  system: ['system', 'auto', 'automatic', 'automatically', 'default', 'device', 'os', 'browser'],
};
const negations = ['not', 'no', 'never', 'without', 'less', 'isnt', 'dont'];

/** The theme that somebody's words mean; null when they mean none, several, or what they do not want. */
export function themeIn(text: string): Theme | null {
  const said: readonly string[] =
    text
      .toLowerCase()
      .replace(/['’]/g, '')
      .match(/[a-z]+/g) ?? [];
  if (said.some((word) => negations.includes(word))) return null;
  const meant = Theme.options.filter((theme) => words[theme].some((word) => said.includes(word)));
  return meant.length === 1 ? (meant[0] ?? null) : null;
}

/** What `switch_theme` is to do. `error` is read by the model. */
export function themeCall(callArguments: unknown): { theme: Theme } | { error: string } {
  const parsed = SwitchThemeArguments.safeParse(callArguments);
  if (!parsed.success) return { error: 'Give {"theme": "light" | "dark" | "system"}.' };
  const theme = themeIn(parsed.data.theme);
  return theme
    ? { theme }
    : { error: `There is no theme "${parsed.data.theme}". There are light, dark and system (as the device has it).` };
}
