import { useState } from 'react';
import type { RunId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';

/** Asks for the end of a run. That it has ended is told by its events. */
export function useStopRun(runId: RunId | undefined) {
  const { answers } = usePlatform();
  const [asked, setAsked] = useState<RunId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  function stop(): void {
    if (!runId) return;
    setAsked(runId);
    setProblem(null);
    answers.cancel(runId).catch((error: unknown) => {
      // It has ended already: its last event is on the way.
      if (isRefusal(error, 'conflict', 'not_found')) return;
      setAsked(null);
      setProblem(`Stopping did not work. ${messageOf(error)}`);
    });
  }

  return { stop, stopping: asked !== null && asked === runId, problem };
}
