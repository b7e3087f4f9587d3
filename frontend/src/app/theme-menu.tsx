import { Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from '../kit/button.tsx';
import { MenuContent, MenuRadioGroup, MenuRadioItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';
import { setTheme, Theme, theme } from '../state/theme.ts';
import { useStore } from '../state/use-store.ts';

const themes = {
  light: { name: 'Light', Icon: Sun },
  dark: { name: 'Dark', Icon: Moon },
  system: { name: 'System', Icon: Monitor },
} as const;

export function ThemeMenu() {
  const chosen = useStore(theme);
  const { Icon } = themes[chosen];
  return (
    <MenuRoot modal={false}>
      <MenuTrigger asChild>
        <IconButton label={`Theme: ${themes[chosen].name}`} data-testid="theme-toggle">
          <Icon size={17} />
        </IconButton>
      </MenuTrigger>
      <MenuContent align="end" aria-label="Theme">
        <MenuRadioGroup value={chosen} onValueChange={(value) => setTheme(Theme.parse(value))}>
          {Theme.options.map((option) => {
            const { name, Icon: OptionIcon } = themes[option];
            return (
              <MenuRadioItem key={option} value={option}>
                <OptionIcon size={16} className="text-muted" />
                {name}
              </MenuRadioItem>
            );
          })}
        </MenuRadioGroup>
      </MenuContent>
    </MenuRoot>
  );
}
