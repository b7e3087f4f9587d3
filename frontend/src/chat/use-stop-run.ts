import { useState } from 'react';
import type { RunId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import { byEitherWay } from '../state/by-either-way.ts';

/** Asks for the end of a run. That it has ended is told by its events. */
export function useStopRun(runId: RunId | undefined) {
  const { api, socket } = usePlatform();
  const [asked, setAsked] = useState<RunId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const cancel = (id: RunId): Promise<void> =>
    byEitherWay(
      () => socket.request({ type: 'run.cancel', runId: id }),
      () => api('POST /v1/runs/{runId}/cancel', { path: { runId: id } }),
    );

  function stop(): void {
    if (!runId) return;
    setAsked(runId);
    setProblem(null);
    cancel(runId).catch((error: unknown) => {
      // It has ended already: its last event is on the way.
      if (isRefusal(error, 'conflict', 'not_found')) return;
      setAsked(null);
      setProblem(`Stopping did not work. ${messageOf(error)}`);
    });
  }

  return { stop, stopping: asked !== null && asked === runId, problem };
}
