import type { RunRecord } from '#core/domain/run-record.ts';
import type { Wait } from '#core/domain/run-wait.ts';
import type { WaitRequest } from '#core/ports/agent-runner.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { approvalIdOf, itemIdOf } from './run-ids.ts';

/** What a record keeps of a call's arguments; the whole stands in its item. */
const longestArguments = 2_048;

/** What an agent runner needs, as the run's record keeps it. The same need has the same ids in every attempt. */
export function toWait(runId: RunId, nowMs: number, request: WaitRequest): Wait {
  const { kind, callId, agentId, call, breach, message, decider, expiresInSeconds } = request;
  const key = `${kind} ${callId}`;
  const callItemId = call && itemIdOf(runId, call.key);
  return {
    id: approvalIdOf(runId, key),
    kind,
    callId,
    itemId: kind === 'client_tool' && callItemId ? callItemId : itemIdOf(runId, key),
    agentId,
    ...(call &&
      callItemId && {
        call: { itemId: callItemId, name: call.name, arguments: call.arguments.slice(0, longestArguments) },
      }),
    ...(breach && { breach }),
    message,
    decider,
    requestedAtMs: nowMs,
    expiresAtMs: nowMs + expiresInSeconds * 1000,
  };
}

/** What was answered to a wait that the run had before. */
export const answerIn = ({ waits }: RunRecord, kind: Wait['kind'], callId: string): Wait['answer'] =>
  waits.find((wait) => wait.kind === kind && wait.callId === callId)?.answer;
