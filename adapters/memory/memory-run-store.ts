import type { RunRecord } from '#core/domain/run-record.ts';
import type { RunStore } from '#core/ports/run-store.ts';
import type { RunId } from '#core/protocol/ids.ts';
import type { MessageInput } from '#core/protocol/socket.ts';

export function createMemoryRunStore(): RunStore {
  const records = new Map<RunId, RunRecord>();
  const requests = new Map<string, { runId: RunId; input: MessageInput | undefined }>();
  const keyOf = ({ userId, clientRequestId }: RunRecord) => `${userId} ${clientRequestId}`;

  return {
    async create(record, input) {
      const first = requests.get(keyOf(record));
      const kept = first && records.get(first.runId);
      if (kept) return structuredClone({ record: kept, input: first.input, created: false });
      requests.set(keyOf(record), structuredClone({ runId: record.runId, input }));
      records.set(record.runId, structuredClone(record));
      return structuredClone({ record, input, created: true });
    },
    input: async (record) => structuredClone(requests.get(keyOf(record))?.input),
    get: async (runId) => structuredClone(records.get(runId) ?? null),
    getMany: async (runIds) =>
      [...new Set(runIds)].flatMap((runId) => {
        const record = records.get(runId);
        return record ? [structuredClone(record)] : [];
      }),
    async change(runId, decide) {
      const current = records.get(runId);
      if (!current) return null;
      const { record, answer } = decide(structuredClone(current));
      if (record) records.set(runId, structuredClone(record));
      return answer;
    },
    listLive: async ({ workspaceId, before, limit }) =>
      structuredClone(
        [...records.values()]
          .filter((record) => record.workspaceId === workspaceId && !record.settled)
          .filter(({ runId }) => !before || runId < before)
          .sort((a, b) => (a.runId < b.runId ? 1 : -1))
          .slice(0, limit),
      ),
    listDue: async (beforeMs, limit) =>
      structuredClone(
        [...records.values()]
          .filter(({ settled, dueAtMs }) => !settled && dueAtMs < beforeMs)
          .sort((a, b) => a.dueAtMs - b.dueAtMs)
          .slice(0, limit),
      ),
  };
}
