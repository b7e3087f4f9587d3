import type { ClientTool } from '#core/ports/tool.ts';
import { AskUserArguments, SwitchThemeArguments } from '#core/protocol/client-tools.ts';

/** The client decides which words it understands, and says so where it does not. */
export const switchTheme: ClientTool = {
  kind: 'client',
  name: 'switch_theme',
  description:
    "Switches the colours of the user's own page to light, to dark, or to what their system says. Use it when they ask for it.",
  parameters: SwitchThemeArguments,
  /** A page that is open answers at once. */
  expiresInSeconds: 120,
};

export const askUser: ClientTool = {
  kind: 'client',
  name: 'ask_user',
  description:
    'Asks the user one or more questions in a form, and waits for the answers. Use it when you cannot go on without knowing something that only they can say. The answers come as JSON by the id of the question.',
  parameters: AskUserArguments,
  expiresInSeconds: 7 * 86_400,
};
