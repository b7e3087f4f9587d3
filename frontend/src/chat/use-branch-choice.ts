import { useEffect, useMemo, useState } from 'react';
import { type BranchChoice, branchOf, choosing } from '#core/protocol/branches.ts';
import type { RunId, ThreadId } from '#core/protocol/ids.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { usePlatform } from '../app/platform-context.ts';
import { type OutboxEntry, runOf } from '../state/outbox.ts';

/** Which branches of a thread are read: those that were chosen, and those that the reader's own requests have made. */
export function useBranchChoice(threadId: ThreadId, view: ThreadView | null, entries: readonly OutboxEntry[]) {
  const { branchChoices } = usePlatform();
  const [kept, setKept] = useState(() => branchChoices.get(threadId));
  const choice = useMemo(() => (view ? following(view, kept, entries) : kept), [view, kept, entries]);

  useEffect(() => {
    branchChoices.set(threadId, choice);
    setKept(choice);
  }, [branchChoices, threadId, choice]);

  function choose(runId: RunId): void {
    const run = view?.runs[runId];
    if (view && run) setKept(choosing(view, choice, run));
  }

  return { choice, choose };
}

/** Somebody who asks for another branch wants to read it, whatever was chosen before. */
function following(view: ThreadView, choice: BranchChoice, entries: readonly OutboxEntry[]): BranchChoice {
  return entries.reduce((followed, entry) => {
    const run = runOf(entry, view);
    return run && !branchOf(view, followed).includes(run) ? choosing(view, followed, run) : followed;
  }, choice);
}
