import { describe, expect, it } from 'vitest';
import { newId, newUserId, sampleRecord, sampleWait } from '../ports/samples.contract.ts';
import type { ApprovalDecision } from '../protocol/approval.ts';
import { claim } from './run-lease.ts';
import { end, type RunRecord } from './run-record.ts';
import { answer, expire, markAnnounced, markTold, suspend } from './run-suspension.ts';
import type { Wait, WaitAnswer } from './run-wait.ts';

const nowMs = 1_800_000_100_000;
const by = newUserId();
const decide = (decision: ApprovalDecision): WaitAnswer => ({ type: 'decision', decision, by });
const approve = decide({ decision: 'approve', scope: 'once' });
const output = (text: string): WaitAnswer => ({ type: 'output', result: { output: text }, by });

const running = (fields: Partial<RunRecord> = {}): RunRecord => {
  const { answer } = claim(sampleRecord(), { owner: 'worker-1', nowMs: nowMs - 3_000, leaseMs: 20_000 });
  if (answer.kind !== 'claimed') throw new Error('not claimed');
  return { ...answer.record, ...fields };
};

function suspended(waits: readonly Wait[], record = running()): RunRecord {
  const { answer } = suspend(record, record.attempt, waits, nowMs);
  if (answer.kind !== 'suspended') throw new Error(`it is ${answer.kind}`);
  return answer.record;
}

const written = ({ record }: { record?: RunRecord }): RunRecord => {
  if (!record) throw new Error('nothing was written');
  return record;
};

describe('suspend', () => {
  it.each([
    ['awaiting_approval', ['tool_call']],
    ['awaiting_approval', ['interrupted_call']],
    ['awaiting_client_tool', ['client_tool']],
    ['paused_budget', ['budget']],
    ['awaiting_approval', ['budget', 'client_tool', 'tool_call']],
    ['awaiting_client_tool', ['budget', 'client_tool']],
  ] as const)('makes it %s for %j', (status, kinds) => {
    const record = suspended(kinds.map((kind) => sampleWait({ kind })));

    expect(record).toMatchObject({ status, announced: false, suspensions: 1, workedMs: 3_000 });
    expect(record).not.toHaveProperty('lease');
  });

  it('is lost for a worker that does not hold the run', () => {
    expect(suspend(running(), 2, [sampleWait()], nowMs)).toEqual({ answer: { kind: 'lost' } });
    expect(suspend(sampleRecord(), 0, [sampleWait()], nowMs).answer.kind).toBe('illegal_transition');
  });

  it('ends a run that was to be cancelled meanwhile', () => {
    const { record, answer } = suspend(running({ cancelRequested: true }), 1, [sampleWait()], nowMs);

    expect(answer).toEqual({ kind: 'ended', record });
    expect(record).toMatchObject({ status: 'cancelled', waits: [] });
  });

  it('keeps answers that it has, and lets go what clients have put out', () => {
    const tool = sampleWait({ kind: 'client_tool' });
    const call = sampleWait();
    const first = suspended([tool, call]);
    const told = written(answer(first, tool.id, output('dark'), nowMs));
    const resumed = written(answer(told, call.id, approve, nowMs));
    const again = claim(resumed, { owner: 'worker-2', nowMs, leaseMs: 20_000 });

    const record = suspended([{ ...call, id: newId('apr') }, sampleWait()], written(again));

    expect(record.waits.map(({ answer }) => answer)).toEqual([{ type: 'output', by }, approve, undefined]);
    expect(answer(record, tool.id, output('dark'), nowMs).answer.kind).toBe('already');
  });

  it('goes on when everything has been answered before', () => {
    const call = sampleWait();
    const resumed = written(answer(suspended([call]), call.id, approve, nowMs));
    const again = written(claim(resumed, { owner: 'worker-2', nowMs, leaseMs: 20_000 }));

    expect(suspend(again, again.attempt, [call], nowMs).answer).toMatchObject({
      kind: 'resumed',
      record: { status: 'queued', resumes: 2, enqueued: false, sendAs: `${again.runId}-resume-2` },
    });
  });
});

it('is due for the sweep at its next expiry once readers have been told', () => {
  const record = suspended([sampleWait({ expiresAtMs: nowMs + 90_000 }), sampleWait({ expiresAtMs: nowMs + 60_000 })]);

  expect(written(markAnnounced(record, 1))).toMatchObject({ announced: true, dueAtMs: nowMs + 60_000 });
  expect(markAnnounced(record, 2)).toEqual({ answer: { kind: 'outdated' } });
});

it('is announced only when each of its answers has been told, by whomever', () => {
  const [one, two, three] = [sampleWait(), sampleWait(), sampleWait()];
  const first = written(answer(suspended([one, two, three]), one.id, approve, nowMs));
  const second = written(answer(first, two.id, approve, nowMs));

  const half = written(markTold(second, 1, [two]));
  const whole = written(markTold(half, 1, [one]));

  expect(markAnnounced(second, 1)).toEqual({ answer: { kind: 'outdated' } });
  expect(half).toMatchObject({ announced: false, waits: [{ answer: approve }, { told: true }, {}] });
  expect(whole).toMatchObject({ announced: true, dueAtMs: three.expiresAtMs });
  expect(markTold(whole, 1, [one, two])).toEqual({ answer: { kind: 'already', record: whole } });
  expect(markTold(whole, 1, [three])).toEqual({ answer: { kind: 'already', record: whole } });
});

it('is not announced by whoever tells late of what it waited for before', () => {
  const one = sampleWait();
  const answered = written(answer(suspended([one]), one.id, approve, nowMs));
  const again = { ...answered, suspensions: 2, announced: false, waits: [...answered.waits, sampleWait()] };

  expect(written(markTold(again, 1, [one]))).toMatchObject({ announced: false, waits: [{ told: true }, {}] });
});

describe('answer', () => {
  it('lets the run go on with the last one', () => {
    const [one, two] = [sampleWait(), sampleWait()];
    const record = suspended([one, two]);

    const first = answer(record, one.id, approve, nowMs);
    const last = answer(written(first), two.id, decide({ decision: 'reject', reason: 'no' }), nowMs);

    expect(first.answer).toMatchObject({ kind: 'answered', resumed: false, record: { status: 'awaiting_approval' } });
    expect(last.answer).toMatchObject({
      kind: 'answered',
      resumed: true,
      waits: [{ id: two.id, answeredAtMs: nowMs }],
      record: { status: 'queued', resumes: 1, enqueued: false, sendAs: `${record.runId}-resume-1` },
    });
  });

  it('counts once: the same again is fine, another is a conflict', () => {
    const [one, two] = [sampleWait(), sampleWait()];
    const record = written(answer(suspended([one, two]), one.id, approve, nowMs));

    expect(answer(record, one.id, { ...approve, by: newUserId() } as WaitAnswer, nowMs).answer.kind).toBe('already');
    expect(answer(record, one.id, decide({ decision: 'reject' }), nowMs).answer.kind).toBe('conflict');
    expect(answer(record, newId('apr'), approve, nowMs).answer.kind).toBe('unknown');
  });

  it('comes too late for a run that has ended', () => {
    const wait = sampleWait();
    const record = written(end(suspended([wait]), { status: 'cancelled' }, nowMs));

    expect(answer(record, wait.id, approve, nowMs)).toMatchObject({
      answer: { kind: 'illegal_transition', command: 'answer', from: 'cancelled' },
    });
  });

  it.each(['run', 'always'] as const)('with the scope %s counts for the other open calls of the tool', (scope) => {
    const agentId = newId('agt');
    const call = (name: string) => ({ itemId: newId('itm'), name, arguments: '{}' });
    const waits = [
      sampleWait({ agentId, call: call('send') }),
      sampleWait({ agentId, call: call('send') }),
      sampleWait({ agentId, call: call('pay') }),
      sampleWait({ call: call('send') }),
      sampleWait({ agentId, call: call('send'), kind: 'interrupted_call' }),
    ];

    const answered = answer(
      suspended(waits),
      waits[0]?.id ?? newId('apr'),
      decide({ decision: 'approve', scope }),
      nowMs,
    );

    expect(written(answered).waits.map(({ answer }) => answer !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(answered.answer).toMatchObject({ waits: [{ id: waits[0]?.id }, { id: waits[1]?.id }] });
    expect(written(answered).grants).toEqual([{ agentId, tool: 'send' }]);
  });

  it('takes outputs only as long as a row can hold them', () => {
    const waits = Array.from({ length: 5 }, () => sampleWait({ kind: 'client_tool' }));
    let record = suspended(waits);
    const kinds = waits.map(({ id }) => {
      const change = answer(record, id, output('x'.repeat(60_000)), nowMs);
      record = change.record ?? record;
      return change.answer.kind;
    });

    expect(kinds).toEqual(['answered', 'answered', 'answered', 'too_large', 'too_large']);
  });
});

describe('expire', () => {
  it('answers what is due, and only that', () => {
    const [late, later] = [sampleWait({ expiresAtMs: nowMs }), sampleWait({ expiresAtMs: nowMs + 1 })];
    const record = suspended([late, later]);

    expect(expire(record, nowMs - 1)).toEqual({ answer: { kind: 'not_due' } });
    expect(expire(record, nowMs).answer).toMatchObject({ waits: [{ id: late.id }], resumed: false });
    expect(expire(record, nowMs + 1).answer).toMatchObject({
      waits: [{ id: late.id, answer: { type: 'expired' } }, { id: later.id }],
      resumed: true,
    });
  });

  it('stands against a decision that comes later', () => {
    const wait = sampleWait({ expiresAtMs: nowMs });
    const record = written(expire(suspended([wait]), nowMs));

    expect(answer(record, wait.id, approve, nowMs).answer.kind).toBe('conflict');
  });
});
