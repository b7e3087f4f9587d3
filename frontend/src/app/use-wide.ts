import { useSyncExternalStore } from 'react';

function watch(query: string): () => boolean {
  const list = window.matchMedia(query);
  const subscribe = (listener: () => void): (() => void) => {
    list.addEventListener('change', listener);
    return () => list.removeEventListener('change', listener);
  };
  return () => useSyncExternalStore(subscribe, () => list.matches);
}

/** Whether there is room for the thread list beside the thread; Tailwind's `md`. */
export const useWide = watch('(min-width: 48rem)');

/** Whether there is room for something beside a form, too; Tailwind's `lg`. */
export const useVeryWide = watch('(min-width: 64rem)');
