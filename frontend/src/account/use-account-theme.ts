import { useEffect, useEffectEvent } from 'react';
import { useMe } from '../app/use-me.ts';
import { messageOf } from '../http/call-error.ts';
import { toast } from '../kit/toast.tsx';
import { onThemeChosen, showTheme, type Theme } from '../state/theme.ts';
import { useChangeMe } from './use-change-me.ts';

/** The theme is the account's: what was chosen on another device holds here, and what is chosen here there. */
export function useAccountTheme(): void {
  const kept = useMe().data?.settings.theme;
  const changeMe = useChangeMe();

  useEffect(() => {
    if (kept) showTheme(kept);
  }, [kept]);

  const keep = useEffectEvent((theme: Theme) => {
    changeMe({ settings: { theme } }).catch((error: unknown) =>
      toast.failed(`The theme holds on this device only. ${messageOf(error)}`),
    );
  });
  useEffect(() => onThemeChosen(keep), []);
}
