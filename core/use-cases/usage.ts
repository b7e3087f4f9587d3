import type { Principal } from '../domain/principal.ts';
import { notFound, PlatformError } from '../errors.ts';
import { timestamp } from '../ports/clock.ts';
import type { WorkspaceStore } from '../ports/workspace-store.ts';
import type { ThreadId, WorkspaceId } from '../protocol/ids.ts';
import type { UsageTotals } from '../protocol/usage.ts';
import type { UsageQuery } from '../protocol/usage-routes.ts';
import { type BudgetDeps, membership } from './budgets.ts';
import type { UsageDeps } from './record-usage.ts';

/** What a workspace has used: the caller's own calls, for owners and admins everybody's. Errors: `not_found`, `invalid_request`. */
export async function workspaceUsage(
  deps: Pick<UsageDeps, 'ledger' | 'minter'> & Pick<BudgetDeps, 'store' | 'now'>,
  caller: Principal,
  workspaceId: WorkspaceId,
  query: UsageQuery,
) {
  const { by, cursor, limit } = query;
  const to = query.to ?? timestamp(deps.now()).slice(0, 10);
  const from = query.from ?? `${to.slice(0, 8)}01`;
  if (from > to)
    throw new PlatformError('invalid_request', 'The first day comes after the last.', {
      details: [{ path: 'from', message: 'must not be after `to`' }],
    });
  const { access } = await membership(deps, caller, workspaceId);
  return { from, to, ...(await deps.ledger.totals(access, { workspaceId, by, from, to, cursor, limit })) };
}

/** What a thread has used. Errors: `not_found`. */
export async function threadUsage(
  deps: Pick<UsageDeps, 'ledger' | 'minter'> & { readonly store: Pick<WorkspaceStore, 'seesThread'> },
  caller: Principal,
  threadId: ThreadId,
): Promise<UsageTotals> {
  const access = await deps.minter.forUser(caller);
  if (!(await deps.store.seesThread(access, threadId))) throw notFound('thread', threadId);
  return deps.ledger.thread(access, threadId);
}
