import type { RunRecord } from './run-record.ts';

type Named = Pick<RunRecord, 'workspaceId' | 'threadId' | 'runId' | 'requestId' | 'attempt'>;

/** By what the log lines about a run are found again: the same names on every stage, from the socket to the tool. */
export const logIds = ({ workspaceId, threadId, runId, requestId, attempt }: Named): Named => ({
  workspaceId,
  threadId,
  runId,
  requestId,
  attempt,
});
