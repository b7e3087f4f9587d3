import { describe, expect, it } from 'vitest';
import type { ApprovalDecision } from '#core/protocol/approval.ts';
import { decisionText, mayDecide, undecidedText } from './deciding.ts';

describe('mayDecide', () => {
  it.each([
    ['requester_or_admin', 'member', true, true],
    ['requester_or_admin', 'member', false, false],
    ['requester_or_admin', 'admin', false, true],
    ['requester_or_admin', undefined, true, true],
    ['admin', 'member', true, false],
    ['admin', 'owner', true, true],
    ['other_admin', 'owner', true, false],
    ['other_admin', 'admin', false, true],
    ['other_admin', 'member', false, false],
  ] as const)('%s, decided by a %s (their own: %s): %s', (decider, role, isRequester, may) => {
    expect(mayDecide(decider, role, isRequester)).toBe(may);
  });
});

describe('decisionText', () => {
  it.each<[ApprovalDecision, string]>([
    [{ decision: 'approve', scope: 'once' }, 'Approved once by you'],
    [{ decision: 'approve', scope: 'run' }, 'Approved for this run by you'],
    [{ decision: 'approve', scope: 'always' }, 'Approved for good by you'],
    [{ decision: 'reject', reason: 'Too dear' }, 'Rejected by you: Too dear'],
    [{ decision: 'reject' }, 'Rejected by you'],
    [{ decision: 'run_again' }, 'Run again, as you decided'],
    [{ decision: 'skip', output: 'ok' }, 'Skipped with a result from you'],
    [{ decision: 'raise', limitUsd: 12.5 }, 'Budget raised to $12.5 by you'],
  ])('says it of %j', (decision, text) => {
    expect(decisionText(decision, 'you')).toBe(text);
  });
});

it('says what became of it when nobody decided', () => {
  expect(undecidedText({ kind: 'tool_call', status: 'expired' })).toBe(
    'Nobody decided in time, so it was not carried out.',
  );
  expect(undecidedText({ kind: 'budget', status: 'cancelled' })).toBe('No longer needed: the run has ended.');
});
