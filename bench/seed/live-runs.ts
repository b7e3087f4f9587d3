import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { runRow } from '#adapters/aws/run-rows.ts';
import { newRunRecord } from '#core/domain/run-record.ts';
import type { Wait } from '#core/domain/run-wait.ts';
import { AgentId, ApprovalId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { Platform } from '../platform.ts';
import { dynamoOf } from './dynamo.ts';
import { numberedId } from './numbered-id.ts';

/** DynamoDB takes so many rows at once. */
const rowsPerWrite = 25;
const writesAtOnce = 4;
const dayMs = 86_400_000;

/** Puts runs that wait for an approval into a workspace. Nobody sweeps them: they are due tomorrow. */
export async function fillLiveRuns(
  platform: Platform,
  { place, count, userId }: { place: number; count: number; userId: string },
): Promise<void> {
  const client = dynamoOf(platform);
  const nowMs = Date.now();
  let next = 0;
  const write = async () => {
    while (next < count) {
      const first = next;
      next += rowsPerWrite;
      const rows = Array.from({ length: Math.min(rowsPerWrite, count - first) }, (_, index) =>
        marshall(rowOf(place, first + index, userId, nowMs), { removeUndefinedValues: true }),
      );
      const requests = rows.map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { 'troupe-runs': requests } }));
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, write));
  client.destroy();
}

function rowOf(place: number, number: number, userId: string, nowMs: number) {
  const id = (prefix: string) => numberedId(prefix, place, number + 1);
  const wait: Wait = {
    id: ApprovalId.parse(id('apr')),
    kind: 'tool_call',
    callId: id('itm'),
    itemId: ItemId.parse(id('itm')),
    agentId: AgentId.parse(id('agt')),
    call: { itemId: ItemId.parse(id('itm')), name: 'send', arguments: '{}' },
    message: 'May it be done?',
    decider: 'requester_or_admin',
    requestedAtMs: nowMs,
    expiresAtMs: nowMs + dayMs,
  };
  const record = newRunRecord({
    runId: RunId.parse(id('run')),
    threadId: ThreadId.parse(id('thr')),
    workspaceId: WorkspaceId.parse(numberedId('wsp', place)),
    userId: UserId.parse(userId),
    isAnonymous: false,
    agentId: AgentId.parse(id('agt')),
    clientRequestId: String(number).padStart(8, '0'),
    inputItemId: ItemId.parse(id('itm')),
    requestId: 'seed',
    createdAtMs: nowMs,
    newThread: false,
    acceptedAfterSeq: 0,
    feedAfterSeq: 0,
  });
  return runRow({
    record: {
      ...record,
      status: 'awaiting_approval',
      attempt: 1,
      enqueued: true,
      waits: [wait],
      dueAtMs: nowMs + dayMs,
    },
    rev: 1,
    writeId: 'seed',
  });
}
