import { useSyncExternalStore } from 'react';

const wide = window.matchMedia('(min-width: 48rem)');

function subscribe(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** Whether there is room for the thread list beside the thread; Tailwind's `md`. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => wide.matches);
