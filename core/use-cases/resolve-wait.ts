import { assertMay, effectiveRole } from '../domain/access.ts';
import { decisionFault, mayDecide, maySee, type Onlooker } from '../domain/approval-right.ts';
import { logIds } from '../domain/log-ids.ts';
import type { Principal } from '../domain/principal.ts';
import type { RunRecord } from '../domain/run-record.ts';
import { type Answered, answer, expire } from '../domain/run-suspension.ts';
import type { Wait, WaitAnswer } from '../domain/run-wait.ts';
import { notFound, PlatformError } from '../errors.ts';
import type { ApprovalDecision, ApprovalKind } from '../protocol/approval.ts';
import type { ApprovalId, ItemId, RunId } from '../protocol/ids.ts';
import type { ClientToolOutput } from '../protocol/socket.ts';
import { announceAnswers } from './announce-answers.ts';
import { type ApplyDeps, isBudgetDecision } from './apply-decisions.ts';
import { membership } from './budgets.ts';
import type { Deps } from './deps.ts';
import { ownRun } from './find-run.ts';
import { announceWaits } from './suspend-run.ts';

export interface ResolveDeps
  extends Pick<Deps, 'runs' | 'queue' | 'store' | 'minter' | 'publisher' | 'now' | 'logger' | 'metrics'>,
    Pick<ApplyDeps, 'budgets' | 'counters' | 'toolGrants'> {}

/**
 * Decides what a run waits for. The first decision counts; the same one again is no error, from anywhere.
 * Errors: `not_found` for whoever is neither the requester nor an admin, `forbidden` for whoever may look but not decide,
 * `invalid_request` for a decision that is none of this kind, `conflict` when it was decided otherwise or is too late.
 */
export async function resolveApproval(
  deps: ResolveDeps,
  caller: Principal,
  { runId, approvalId, decision }: { runId: RunId; approvalId: ApprovalId; decision: ApprovalDecision },
): Promise<void> {
  const record = await deps.runs.get(runId);
  const wait = record?.waits.find(({ id }) => id === approvalId);
  if (!record || !wait || !isApproval(wait)) throw notFound('approval', approvalId);
  const who = await onlooker(deps, caller, record);
  if (!who || !maySee(who)) throw notFound('approval', approvalId);
  if (!mayDecide(wait.decider, who)) throw new PlatformError('forbidden', deciders[wait.decider]);
  const fault = decisionFault(wait, decision);
  if (fault) throw invalid('resolution.decision', fault);
  if (isBudgetDecision(decision) && decision.decision !== 'stop') assertMay('budgets.manage', who.role, caller);
  const answered = await settleWait(deps, record, wait, { type: 'decision', decision, by: caller.userId });
  await announceAnswers(deps, answered.record);
}

/**
 * Gives a run what a client made of a call. The first output counts; the same one again is no error. Only for the owner of
 * the thread. Errors: `not_found`, `conflict` when there is another one or it is too late, `input_too_large`.
 */
export async function answerClientTool(
  deps: ResolveDeps,
  caller: Principal,
  { runId, itemId, result }: { runId: RunId; itemId: ItemId; result: ClientToolOutput },
): Promise<void> {
  const record = await ownRun(deps, await deps.minter.forUser(caller), runId);
  const wait = record.waits.find((candidate) => candidate.kind === 'client_tool' && candidate.itemId === itemId);
  if (!wait) throw notFound('call', itemId);
  const answered = await settleWait(deps, record, wait, { type: 'output', result, by: caller.userId });
  await announceAnswers(deps, answered.record);
}

type Settled = Extract<Answered, { kind: 'answered' | 'already' }>;

/** Writes an answer into the record. Readers are first told of the question, if whoever was to tell them has died. */
async function settleWait(deps: ResolveDeps, record: RunRecord, wait: Wait, given: WaitAnswer): Promise<Settled> {
  if (!record.announced) await announceWaits(deps, record);
  const { runId } = record;
  const nowMs = deps.now();
  // The sweep comes by once a minute only: an answer that is too late says itself that nobody has answered in time.
  const isLate = !wait.answer && wait.expiresAtMs <= nowMs;
  const late = isLate ? await deps.runs.change(runId, (current) => expire(current, nowMs)) : null;
  if (late?.kind === 'answered') {
    for (const { kind } of late.waits) deps.metrics.record('WaitsExpired', 1, { Kind: kind });
    await announceAnswers(deps, late.record);
  }
  const answered = await deps.runs.change(runId, (current) => answer(current, wait.id, given, nowMs));
  switch (answered?.kind) {
    case 'answered':
      for (const { kind } of answered.waits) deps.metrics.record('WaitsAnswered', 1, { Kind: kind });
      deps.logger.info({ ...logIds(answered.record), waitedFor: wait.kind, resumed: answered.resumed }, 'run answered');
      return answered;
    case 'already':
      return answered;
    case 'illegal_transition':
      throw new PlatformError('conflict', 'The run has ended; nothing is asked any more.', { cause: answered });
    case 'conflict':
      throw new PlatformError('conflict', reasonAgainst(answered.wait));
    case 'too_large':
      throw new PlatformError('input_too_large', 'The run has been given as much output as it can hold at once.');
    default:
      throw notFound('approval', wait.id);
  }
}

function reasonAgainst({ answer: given }: Wait): string {
  return given?.type === 'expired' ? 'Nobody has answered in time.' : 'It has been answered otherwise already.';
}

/** Null for whoever does not belong to the workspace of the run. */
export async function onlooker(
  deps: Pick<ResolveDeps, 'store' | 'minter'>,
  caller: Principal,
  { workspaceId, userId }: Pick<RunRecord, 'workspaceId' | 'userId'>,
): Promise<Onlooker | null> {
  const isRequester = caller.userId === userId;
  return membership(deps, caller, workspaceId).then(
    ({ role }) => ({ isRequester, role: effectiveRole(role, caller) }),
    (error: unknown) => {
      if (error instanceof PlatformError && error.code === 'not_found') return null;
      throw error;
    },
  );
}

const isApproval = (wait: Wait): wait is Wait & { kind: ApprovalKind } => wait.kind !== 'client_tool';

const deciders: Record<Wait['decider'], string> = {
  requester_or_admin: 'Only the one who asked for it or an admin of the workspace may decide this.',
  admin: 'Only an admin of the workspace may decide this.',
  other_admin: 'Only an admin of the workspace who did not ask for it may decide this.',
};

const invalid = (path: string, message: string): PlatformError =>
  new PlatformError('invalid_request', 'The decision is not one that this approval takes.', {
    details: [{ path, message }],
  });
