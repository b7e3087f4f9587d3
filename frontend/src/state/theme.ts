import * as z from 'zod';
import { localText } from './local-storage.ts';
import { createStore, type Readable } from './store.ts';

export const Theme = z.enum(['light', 'dark', 'system']);
export type Theme = z.infer<typeof Theme>;

// public/theme.js reads the same key before the first paint.
const key = 'troupe.theme';
const stored = () => Theme.safeParse(localText.get(key)).data ?? 'system';
const chosen = createStore<Theme>(stored());

export const theme: Readable<Theme> = chosen;

type Listener = (theme: Theme) => void;
const listeners = new Set<Listener>();

/** Somebody chose it here, or an agent for them. */
export function setTheme(next: Theme): void {
  showTheme(next);
  for (const listener of listeners) listener(next);
}

/** It was chosen elsewhere. */
export function showTheme(next: Theme): void {
  localText.set(key, next === 'system' ? null : next);
  show(next);
}

/** Tells what is chosen in this tab; the answer ends that. */
export function onThemeChosen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Follows a choice made in another tab. */
export function watchTheme(page: Window): void {
  show(stored());
  page.addEventListener('storage', (event) => {
    if (event.key === key) show(stored());
  });
}

function show(next: Theme): void {
  chosen.set(next);
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}
