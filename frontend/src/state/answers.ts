import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem, ToolCallItem } from '#core/protocol/item.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import type { SocketClient } from '../socket/socket-client.ts';

/** Gives runs what they wait for. Throws `CallError`. The first answer counts; the same one again changes nothing. */
export interface Answers {
  decide(approval: Pick<ApprovalItem, 'runId' | 'approvalId'>, resolution: ApprovalDecision): Promise<void>;
  answerCall(call: Pick<ToolCallItem, 'id' | 'runId'>, result: ClientToolOutput): Promise<void>;
}

export const createAnswers = (socket: Pick<SocketClient, 'request'>): Answers => ({
  async decide({ runId, approvalId }, resolution) {
    await socket.request({ type: 'approval.resolve', runId, approvalId, resolution });
  },
  async answerCall({ id, runId }, result) {
    await socket.request({ type: 'client_tool.output', runId, itemId: id, result });
  },
});
