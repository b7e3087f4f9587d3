import { useEffect, useEffectEvent } from 'react';

/** Ctrl+Shift+key, or Cmd+Shift+key on a Mac. */
export function useHotkey(key: string, action: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (!event.shiftKey || !(event.ctrlKey || event.metaKey) || event.key.toUpperCase() !== key) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
