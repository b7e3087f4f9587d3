import { RunRecord } from '#core/domain/run-record.ts';
import { readStored } from '#core/domain/stored.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import type { RunId } from '#core/protocol/ids.ts';
import type { MessageInput } from '#core/protocol/socket.ts';

/** Records in memory, parsed when they are read, as those of a table are. */
export function createMemoryRunStore(): RunStore {
  const records = new Map<RunId, string>();
  const requests = new Map<string, { runId: RunId; input: MessageInput | undefined }>();
  const keyOf = ({ userId, clientRequestId }: RunRecord) => `${userId} ${clientRequestId}`;
  const keep = (record: RunRecord) => records.set(record.runId, JSON.stringify(record));

  function get(runId: RunId): RunRecord | null {
    const text = records.get(runId);
    return text === undefined ? null : readStored(RunRecord, JSON.parse(text), `the record of ${runId}`);
  }
  const readable = (runIds: Iterable<RunId>): RunRecord[] =>
    [...new Set(runIds)].flatMap((runId) => RunRecord.safeParse(JSON.parse(records.get(runId) ?? 'null')).data ?? []);

  return {
    async create(record, input) {
      const first = requests.get(keyOf(record));
      const kept = first && get(first.runId);
      if (kept) return structuredClone({ record: kept, input: first.input, created: false });
      requests.set(keyOf(record), structuredClone({ runId: record.runId, input }));
      keep(record);
      return structuredClone({ record, input, created: true });
    },
    input: async (record) => structuredClone(requests.get(keyOf(record))?.input),
    get: async (runId) => get(runId),
    getMany: async (runIds) => readable(runIds),
    async change(runId, decide) {
      const current = get(runId);
      if (!current) return null;
      const { record, answer } = decide(current);
      if (record) keep(record);
      return answer;
    },
    listLive: async ({ workspaceId, before, limit }) =>
      readable(records.keys())
        .filter((record) => record.workspaceId === workspaceId && !record.settled)
        .filter(({ runId }) => !before || runId < before)
        .sort((a, b) => (a.runId < b.runId ? 1 : -1))
        .slice(0, limit),
    listDue: async (beforeMs, limit) =>
      readable(records.keys())
        .filter(({ settled, dueAtMs }) => !settled && dueAtMs < beforeMs)
        .sort((a, b) => a.dueAtMs - b.dueAtMs)
        .slice(0, limit),
  };
}
