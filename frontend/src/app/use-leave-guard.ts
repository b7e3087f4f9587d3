import { useBlocker } from '@tanstack/react-router';

/** Asks before somebody leaves a page on which something is not saved. */
export function useLeaveGuard(unsaved: boolean): void {
  useBlocker({
    shouldBlockFn: ({ current, next }) =>
      unsaved &&
      current.pathname !== next.pathname &&
      !window.confirm('What you changed is not saved. Leave all the same?'),
    enableBeforeUnload: () => unsaved,
  });
}
