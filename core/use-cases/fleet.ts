import { effectiveRole } from '../domain/access.ts';
import { maySee, type Onlooker } from '../domain/approval-right.ts';
import type { Principal } from '../domain/principal.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { pendingApprovals, summaryOf } from '../domain/run-summary.ts';
import { notFound, PlatformError } from '../errors.ts';
import { RunId, type WorkspaceId } from '../protocol/ids.ts';
import { isTerminal, type RunStatus, terminalRunStatuses } from '../protocol/run.ts';
import type { PendingApproval, RunSummary } from '../protocol/run-routes.ts';
import { membership } from './budgets.ts';
import type { Deps } from './deps.ts';
import { onlooker } from './resolve-wait.ts';

type FleetDeps = Pick<Deps, 'runs' | 'store' | 'minter' | 'now'>;

interface PageOf<Element> {
  readonly data: Element[];
  readonly nextCursor: string | null;
}
interface PageRequest {
  readonly workspaceId: WorkspaceId;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** How many live runs of a workspace are read at once. */
const recordsPerRead = 100;

/** What the caller may have to decide in a workspace, newest runs first. Errors: `not_found` for a workspace that is not theirs. */
export async function listApprovals(
  deps: FleetDeps,
  caller: Principal,
  request: PageRequest,
): Promise<PageOf<PendingApproval>> {
  const { role } = await membership(deps, caller, request.workspaceId);
  return pageOfLive(deps, request, (record) => pendingApprovals(record, lookAt(record, caller, role)));
}

/**
 * The runs of a workspace, newest first: the caller's own, and for owners and admins everybody's. Live ones are as they are
 * now, those that have ended as Postgres keeps them. Errors: `not_found` for a workspace that is not theirs.
 */
export async function listRuns(
  deps: FleetDeps,
  caller: Principal,
  { status, ...request }: PageRequest & { status: 'live' | 'ended' | RunStatus },
): Promise<PageOf<RunSummary>> {
  const { access, role } = await membership(deps, caller, request.workspaceId);
  const isEnded = status === 'ended' || (status !== 'live' && isTerminal(status));
  if (isEnded) {
    const statuses = status === 'ended' ? terminalRunStatuses : [status];
    return deps.store.runs(access, { ...request, statuses });
  }
  return pageOfLive(deps, request, (record) => {
    const who = lookAt(record, caller, role);
    // One whose end is not written down yet is not among those that have ended.
    const isWanted = status === 'live' || record.status === status;
    return isWanted && maySee(who) ? [summaryOf(record, who, deps.now())] : [];
  });
}

/** A run of one's own, or for owners and admins of anybody in the workspace. Errors: `not_found`. */
export async function readRun(deps: FleetDeps, caller: Principal, runId: RunId): Promise<RunSummary> {
  const { record, who } = await visibleRun(deps, caller, runId);
  return summaryOf(record, who, deps.now());
}

/** The record of a run that the caller may see, and how they see it. Errors: `not_found`. */
export async function visibleRun(
  deps: Pick<Deps, 'runs' | 'store' | 'minter'>,
  caller: Principal,
  runId: RunId,
): Promise<{ record: RunRecord; who: Onlooker }> {
  const record = await deps.runs.get(runId);
  const who = record && (await onlooker(deps, caller, record));
  if (!record || !who || !maySee(who)) throw notFound('run', runId);
  return { record, who };
}

const lookAt = ({ userId }: RunRecord, caller: Principal, role: Onlooker['role']): Onlooker => ({
  isRequester: userId === caller.userId,
  role: effectiveRole(role, caller),
});

/** Goes through the live runs until a page is full. It ends between runs, so that the next one begins with a whole run. */
async function pageOfLive<Element>(
  { runs }: FleetDeps,
  { workspaceId, cursor, limit }: PageRequest,
  elementsOf: (record: RunRecord) => readonly Element[],
): Promise<PageOf<Element>> {
  const data: Element[] = [];
  let before = cursor === undefined ? undefined : runIdOf(cursor);
  for (;;) {
    const records = await runs.listLive({ workspaceId, before, limit: recordsPerRead });
    if (records.length === 0) return { data, nextCursor: null };
    for (const record of records) {
      data.push(...elementsOf(record));
      before = record.runId;
      if (data.length >= limit) return { data, nextCursor: before };
    }
  }
}

function runIdOf(cursor: string): RunId {
  const parsed = RunId.safeParse(cursor);
  if (parsed.success) return parsed.data;
  throw new PlatformError('invalid_request', 'The cursor is not one that this list gave out.', {
    details: [{ path: 'cursor', message: 'use the cursor of an earlier page, or none' }],
  });
}
