import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import type { Api } from '../http/api.ts';
import type { SocketClient } from '../socket/socket-client.ts';
import { byEitherWay } from './by-either-way.ts';

/** Gives runs what they wait for. Throws `CallError`. The first answer counts; the same one again changes nothing. */
export interface Answers {
  decide(approval: Pick<ApprovalItem, 'runId' | 'approvalId'>, resolution: ApprovalDecision): Promise<void>;
  answerCall(call: Pick<ToolCallItem, 'id' | 'runId'>, result: ClientToolOutput): Promise<void>;
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
  };
}
