import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { RunId } from '#core/protocol/ids.ts';
import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import type { Api } from '../http/api.ts';
import { CallError, isRefusal } from '../http/call-error.ts';
import type { SocketClient } from '../socket/socket-client.ts';

/** Gives runs what they wait for, or stops them. Throws `CallError`. The first answer counts; the same one again changes nothing. */
export interface Answers {
  decide(approval: Pick<ApprovalItem, 'runId' | 'approvalId'>, resolution: ApprovalDecision): Promise<void>;
  answerCall(call: Pick<ToolCallItem, 'id' | 'runId'>, result: ClientToolOutput): Promise<void>;
  /** Asks for the end of a run. That it has ended is told by its events. */
  cancel(runId: RunId): Promise<void>;
}

interface AnswersDeps {
  readonly api: Api;
  readonly socket: Pick<SocketClient, 'request'>;
}

export function createAnswers({ api, socket }: AnswersDeps): Answers {
  return {
    decide: ({ runId, approvalId }, resolution) =>
      byEitherWay(
        () => socket.request({ type: 'approval.resolve', runId, approvalId, resolution }),
        () =>
          api('POST /v1/runs/{runId}/approvals/{approvalId}', { path: { runId, approvalId }, body: { resolution } }),
      ),
    answerCall: ({ id, runId }, result) =>
      byEitherWay(
        () => socket.request({ type: 'client_tool.output', runId, itemId: id, result }),
        () => api('POST /v1/runs/{runId}/client-tools/{itemId}', { path: { runId, itemId: id }, body: { result } }),
      ),
    cancel: (runId) =>
      byEitherWay(
        () => socket.request({ type: 'run.cancel', runId }),
        () => api('POST /v1/runs/{runId}/cancel', { path: { runId } }),
      ),
  };
}

/** By the socket, and by HTTP when that did not get through: both lead to the same answer. Throws `CallError`. */
async function byEitherWay(bySocket: () => Promise<unknown>, byHttp: () => Promise<unknown>): Promise<void> {
  try {
    await bySocket();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // A connection whose token has run out does nothing; over HTTP the request waits for the next token.
    const gotThrough = error.failure.reason === 'refused' && !isRefusal(error, 'token_expired');
    if (gotThrough) throw error;
    await byHttp();
  }
}
