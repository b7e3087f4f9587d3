// The state machine of a run, whole: every command in every state, as docs/reliability.md has it in its table.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newId, newUserId, sampleRecord, sampleWait } from '../ports/samples.contract.ts';
import { isTerminal, RunStatus, terminalRunStatuses } from '../protocol/run.ts';
import { usage } from '../protocol/testing.ts';
import { claim, release, renew } from './run-lease.ts';
import { park, unpark } from './run-parking.ts';
import {
  type Change,
  end,
  finish,
  markEnqueued,
  type Outcome,
  postpone,
  type RunRecord,
  requestCancel,
  settle,
} from './run-record.ts';
import { mayFollow } from './run-state.ts';
import { consumeSteers, mergeInto, standAlone, steer } from './run-steering.ts';
import { answer, expire, markAnnounced, suspend } from './run-suspension.ts';
import { IllegalTransition, runCommands } from './run-transition.ts';
import { isOpen, type Wait, type WaitAnswer } from './run-wait.ts';

const nowMs = 1_800_000_100_000;
const attempt = 2;
const failed: Outcome = { status: 'failed', error: { code: 'worker_lost', message: 'lost' } };
const timedOut: Outcome = { status: 'timed_out', usage };
const completed: Outcome = { status: 'completed', usage };
const approve: WaitAnswer = { type: 'decision', decision: { decision: 'approve', scope: 'once' }, by: newUserId() };
const unread = { itemId: newId('itm'), text: 'Wait!', atMs: nowMs, consumed: false };

const recordIn = (status: RunStatus, fields: Partial<RunRecord> = {}): RunRecord => ({
  ...sampleRecord(),
  status,
  attempt,
  enqueued: true,
  dueAtMs: nowMs,
  ...fields,
});
const lease = (expiresAtMs: number) => ({ lease: { owner: 'worker-1', expiresAtMs }, claimedAtMs: nowMs - 9_000 });
const held = lease(nowMs + 5_000);
const waiting = (...kinds: Wait['kind'][]): Partial<RunRecord> => ({
  waits: kinds.map((kind) => sampleWait({ kind, expiresAtMs: nowMs + 60_000 })),
  announced: false,
  suspensions: 1,
});
const over = (outcome: Outcome): RunRecord => recordIn(outcome.status, { outcome });

/** The columns of the table. A run that waits has asked two things. */
const states: Readonly<Record<string, RunRecord>> = {
  queued: recordIn('queued'),
  parked: recordIn('queued', { behind: newId('run') }),
  'for another run': recordIn('queued', { steers: newId('run'), attempt: 0, enqueued: false }),
  running: recordIn('running', { ...held, steered: [unread] }),
  'running, to be cancelled': recordIn('running', { ...held, cancelRequested: true }),
  'running, lease over': recordIn('running', lease(nowMs - 1)),
  awaiting_approval: recordIn('awaiting_approval', waiting('tool_call', 'client_tool')),
  awaiting_client_tool: recordIn('awaiting_client_tool', waiting('client_tool', 'budget')),
  paused_budget: recordIn('paused_budget', waiting('budget', 'budget')),
  awaiting_auth: recordIn('awaiting_auth', waiting('budget', 'budget')),
  'completed, failed or timed_out': over(completed),
  cancelled: over({ status: 'cancelled' }),
};

type Command = (record: RunRecord, attempt: number) => Change<unknown>;

const answerOpen = (record: RunRecord, count: number): Change<unknown> => {
  const open = record.waits.filter(isOpen).slice(0, count);
  let change: Change<unknown> = answer(record, open[0]?.id ?? newId('apr'), approve, nowMs);
  for (const { id } of open.slice(1)) change = answer(change.record ?? record, id, approve, nowMs);
  return change;
};
/** Something that was asked is answered; what has never asked anything is asked about a wait that it does not know of otherwise. */
const askedFor = (record: RunRecord): RunRecord =>
  record.waits.length > 0 ? record : { ...record, waits: [sampleWait()] };

/** The rows of the table: what the holder of the run may ask, then what anybody may. Those that name a command are of it. */
const ofHolder: Readonly<Record<string, Command>> = {
  renew: (record, by) => renew(record, by, nowMs + 20_000),
  release: (record, by) => release(record, by, nowMs),
  park: (record, by) => park(record, by, newId('run'), nowMs),
  'suspend for a person': (record, by) => suspend(record, by, [sampleWait()], nowMs),
  'suspend for a client': (record, by) => suspend(record, by, [sampleWait({ kind: 'client_tool' })], nowMs),
  'suspend for a budget': (record, by) => suspend(record, by, [sampleWait({ kind: 'budget' })], nowMs),
  'suspend for what is answered': (record, by) => suspend(record, by, [], nowMs),
  read_steers: (record, by) => consumeSteers(record, by, [unread.itemId]),
  'finish as completed': (record, by) => finish({ ...record, steered: [] }, by, completed, nowMs),
  'finish with something unread': (record, by) => finish({ ...record, steered: [unread] }, by, completed, nowMs),
  'finish as failed': (record, by) => finish(record, by, failed, nowMs),
  'finish as timed_out': (record, by) => finish(record, by, timedOut, nowMs),
  'finish as cancelled': (record, by) => finish(record, by, { status: 'cancelled' }, nowMs),
};
const ofAnybody: Readonly<Record<string, Command>> = {
  claim: (record) => claim(record, { owner: 'worker-2', nowMs, leaseMs: 20_000 }),
  cancel: (record) => requestCancel(record, nowMs),
  'answer one': (record) => answerOpen(askedFor(record), 1),
  'answer all': (record) => answerOpen(askedFor(record), 2),
  'expire in time': (record) => expire(record, nowMs),
  'expire too late': (record) => expire(record, nowMs + 90_000),
  steer: (record) => steer(record, { itemId: newId('itm'), text: 'Shorter.' }, nowMs),
  merge: (record) => mergeInto(record),
  stand_alone: (record) => standAlone(record),
  unpark: (record) => unpark(record, nowMs),
  mark_enqueued: (record) => markEnqueued(record, nowMs),
  'end as failed': (record) => end(record, failed, nowMs),
  'end as timed_out': (record) => end(record, timedOut, nowMs),
  'end as completed': (record) => end(record, completed, nowMs),
  settle: (record) => settle(record),
};
const rows = { ...ofHolder, ...ofAnybody };

/** How the table says what came of a command: the next state, or why there is none. */
function cell(before: RunRecord, { record, answer: said }: Change<unknown>): string {
  if (said instanceof IllegalTransition) return record ? 'WRITTEN' : '✗';
  const { kind } = said as { kind: string };
  if (!record) return kind;
  if (record.behind && !before.behind) return 'parked';
  return record.status;
}

function columnsOf(name: string): RunRecord[] {
  const record = states[name];
  if (!record) throw new Error(`there is no state ${name}`);
  if (name !== 'completed, failed or timed_out') return [record];
  return [record, over(failed), over(timedOut)];
}

const names = Object.keys(states);
const tableOf = (commands: Readonly<Record<string, Command>>): string =>
  [
    ['', ...names],
    ['---', ...names.map(() => '---')],
    ...Object.entries(commands).map(([row, command]) => [
      `**${row}**`,
      ...names.map((name) =>
        [...new Set(columnsOf(name).map((each) => cell(each, command(each, each.attempt))))].join('/'),
      ),
    ]),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const pairs = Object.entries(rows).flatMap(([row, command]) =>
  names.flatMap((name) =>
    columnsOf(name).map((record) => ({ row, name, record, change: command(record, record.attempt) })),
  ),
);

it('answers every command in every state as docs/reliability.md says', () => {
  const docs = readFileSync(new URL('../../docs/reliability.md', import.meta.url), 'utf8');

  expect(docs, 'put this table into docs/reliability.md, if it is what is meant').toContain(tableOf(rows));
});

describe('the table', () => {
  it('has every status and every command', () => {
    const statuses = names.flatMap((name) => columnsOf(name).map(({ status }) => status));
    const commands = Object.keys(rows).map((row) => row.split(' ')[0]);

    expect([...new Set(statuses)].toSorted()).toEqual(RunStatus.options.toSorted());
    expect([...new Set(commands)].toSorted()).toEqual(runCommands.toSorted());
  });

  it('moves only as run-state.ts allows, and everywhere where that allows it', () => {
    const between = (
      [
        ['awaiting_approval', 'tool_call', 'budget'],
        ['awaiting_auth', 'budget', 'client_tool'],
      ] as const
    ).map(([status, ...kinds]) => {
      const record = recordIn(status, waiting(...kinds));
      return { row: 'answer one', record, change: answerOpen(record, 1) };
    });
    const moves = [...pairs, ...between].flatMap(({ row, record, change }) =>
      change.record && row !== 'merge' ? [[record.status, change.record.status] as const] : [],
    );

    for (const [from, to] of moves) if (from !== to) expect([from, to, mayFollow(from, to)]).toEqual([from, to, true]);
    const allowed = RunStatus.options.flatMap((from) =>
      RunStatus.options.filter((to) => mayFollow(from, to)).map((to) => `${from} → ${to}`),
    );
    const seen = new Set(moves.map(([from, to]) => `${from} → ${to}`));
    expect(allowed.filter((move) => !seen.has(move))).toEqual([]);
  });

  it('leads nowhere to awaiting_auth, which is reserved for a run that needs its user to sign in to a service', () => {
    const reached = pairs.filter(({ change }) => change.record?.status === 'awaiting_auth');

    expect(reached.filter(({ record }) => record.status !== 'awaiting_auth')).toEqual([]);
  });

  it('says what was not allowed in words that help, and writes nothing then', () => {
    const refused = pairs.filter(({ change }) => change.answer instanceof IllegalTransition);

    expect(refused.length).toBeGreaterThan(100);
    for (const { row, record, change } of refused) {
      expect(change.record).toBeUndefined();
      expect(change.answer).toMatchObject({
        kind: 'illegal_transition',
        code: 'conflict',
        command: row.split(' ')[0],
        from: record.status,
        record: { runId: record.runId },
        message: expect.stringMatching(new RegExp(`^A run that is ${record.status} cannot be [a-z ]+\\.$`)),
      });
    }
  });

  it('lets nothing but the note that it is settled be written into a run that has ended', () => {
    const ended = pairs.filter(({ record, change }) => isTerminal(record.status) && change.record);

    expect([...new Set(ended.map(({ row }) => row))]).toEqual(['settle']);
    expect([...new Set(ended.map(({ record }) => record.status))].toSorted()).toEqual(terminalRunStatuses.toSorted());
  });
});

it.each(Object.entries(ofHolder))(
  'tells an older attempt in any state that it has lost the run: %s',
  (row, command) => {
    for (const name of names)
      for (const record of columnsOf(name)) {
        if (record.attempt === 0) continue;
        expect([name, row, command(record, attempt - 1)]).toEqual([name, row, { answer: { kind: 'lost' } }]);
      }
  },
);

const park2 = newId('run');
const ask2 = sampleWait();
const tell2 = { itemId: newId('itm'), text: 'Shorter.' };
const repeated: readonly [name: string, from: string, command: Command][] = [
  ['release', 'running', (record, by) => release(record, by, nowMs)],
  ['park', 'running', (record, by) => park(record, by, park2, nowMs)],
  ['suspend', 'running', (record, by) => suspend(record, by, [ask2], nowMs)],
  ['read_steers', 'running', (record, by) => consumeSteers(record, by, [unread.itemId])],
  ['finish', 'running', (record, by) => finish(record, by, failed, nowMs)],
  ['end', 'queued', (record) => end(record, failed, nowMs)],
  ['unpark', 'parked', (record) => unpark(record, nowMs)],
  ['cancel', 'running', (record) => requestCancel(record, nowMs)],
  ['cancel', 'awaiting_approval', (record) => requestCancel(record, nowMs)],
  ['answer', 'awaiting_approval', (record) => answer(record, record.waits[0]?.id ?? newId('apr'), approve, nowMs)],
  ['steer', 'running', (record) => steer(record, tell2, nowMs)],
  ['merge', 'for another run', (record) => mergeInto(record)],
  ['stand_alone', 'for another run', (record) => standAlone(record)],
  ['settle', 'cancelled', (record) => settle(record)],
  ['announce', 'awaiting_approval', (record) => markAnnounced(record, 1)],
];

it.each(repeated)('answers that it is done already when %s comes again (%s)', (_name, from, command) => {
  const [before] = columnsOf(from);
  if (!before) throw new Error('no such state');
  const first = command(before, before.attempt);
  if (!first.record) throw new Error('nothing was done');

  const again = command(first.record, before.attempt);

  expect(again).toMatchObject({ answer: { kind: 'already' } });
  expect(again.record).toBeUndefined();
});

it.each(names)('lets the sweep look again later at a run that is %s, whatever else is done to it', (name) => {
  for (const record of columnsOf(name)) {
    expect(postpone(record, nowMs, 60_000).record).toEqual({ ...record, dueAtMs: nowMs + 60_000 });
    expect(postpone({ ...record, dueAtMs: nowMs + 1 }, nowMs, 60_000)).toEqual({ answer: { kind: 'outdated' } });
  }
});
