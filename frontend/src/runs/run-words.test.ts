import { expect, it } from 'vitest';
import { RunErrorCode } from '#core/protocol/errors.ts';
import { UserId } from '#core/protocol/ids.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import { agentId, runIdOf, workspaceId } from '../../testing/protocol-fixtures.ts';
import { leftWorkingText, reasonText, runFacts } from './run-words.ts';

const now = new Date('2026-11-21T12:00:00Z');
const run: RunSummary = {
  id: runIdOf(1),
  workspaceId,
  threadId: null,
  agentId,
  userId: UserId.parse('00000000-0000-4000-8000-000000000001'),
  status: 'running',
  attempt: 1,
  createdAt: '2026-11-21T11:55:00.000Z',
  lastEventAt: '2026-11-21T11:59:50.000Z',
  finishedAt: null,
  workedMs: 65_000,
  usage: {
    modelCalls: 2,
    inputTokens: 1_000,
    cachedInputTokens: 0,
    outputTokens: 234,
    reasoningTokens: 0,
    costMicroUsd: 12_300,
  },
  errorCode: null,
  openWaits: 0,
};

it('says how a run goes', () => {
  expect(runFacts(run, now)).toBe(
    'Begun 5 minutes ago · last event just now · at work for 1 min 5 s · 1,234 tokens, $0.0123',
  );
});

it('says when it ended, that a price is missing, and that it was tried more than once', () => {
  const usage = run.usage && { ...run.usage, costMicroUsd: null };
  expect(runFacts({ ...run, finishedAt: '2026-11-21T11:58:00.000Z', usage, attempt: 3 }, now)).toBe(
    'Begun 5 minutes ago · ended 2 minutes ago · at work for 1 min 5 s · 1,234 tokens, cost unknown · attempt 3',
  );
});

it('leaves out what nobody knows', () => {
  expect(runFacts({ ...run, lastEventAt: null, workedMs: null, usage: null, attempt: 0 }, now)).toBe(
    'Begun 5 minutes ago',
  );
});

it('has words for each reason, and the code of one that it does not know', () => {
  for (const code of RunErrorCode.options) expect(reasonText(code)).not.toContain(code);
  expect(reasonText('tired')).toBe('It failed: tired.');
  expect(reasonText('constructor')).toBe('It failed: constructor.');
});

it('names the tools that a run which has ended left at work', () => {
  expect(leftWorkingText({})).toBeNull();
  expect(leftWorkingText({ leftWorking: ['send_mail', 'charge'] })).toBe(
    'The run has ended, but send mail and charge did not stop in time and may still be at work.',
  );
});
