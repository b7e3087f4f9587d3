import { beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../domain/principal.ts';
import { sweepAfterMs } from '../domain/run-record.ts';
import { answer, suspend } from '../domain/run-suspension.ts';
import { isOpen, type Wait } from '../domain/run-wait.ts';
import { unavailable } from '../errors.ts';
import { newId, sampleWait } from '../ports/samples.contract.ts';
import type { ApprovalDecision } from '../protocol/approval.ts';
import { type AnyEnvelope, type Event, isKnownEvent } from '../protocol/event.ts';
import type { RunId } from '../protocol/ids.ts';
import { applyEvents, emptyThreadView } from '../protocol/thread-view.ts';
import { announceAnswers } from './announce-answers.ts';
import { listBudgets, setBudget } from './budgets.ts';
import { cancelRun } from './cancel-run.ts';
import { listApprovals } from './fleet.ts';
import { threadStream, userFeed, workspaceFeed } from './load-thread.ts';
import type { Publisher } from './publisher.ts';
import { answerClientTool, resolveApproval } from './resolve-wait.ts';
import { announceWaits, suspendRun } from './suspend-run.ts';
import { sweep } from './sweep.ts';
import { createWorld, startMs, type World } from './testing.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});

const approve = { decision: 'approve', scope: 'once' } as const;
const always = { decision: 'approve', scope: 'always' } as const;
const reject = { decision: 'reject', reason: 'Too dear.' } as const;
const inAnHour = { requestedAtMs: startMs, expiresAtMs: startMs + 3_600_000 };
const begin = () => world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Pay it.' } });

/** A run of Olga's that waits for these. */
async function waiting(...fields: Partial<Wait>[]) {
  const { runId, threadId } = await begin();
  const waits = fields.map((field) => sampleWait({ ...inAnHour, agentId: world.olga.agentId, ...field }));
  await world.suspend(runId, ...waits);
  const [first] = waits;
  if (!first) throw new Error('It waits for something.');
  const decide = (caller: Principal, decision: ApprovalDecision, wait = first) =>
    resolveApproval(world.deps, caller, { runId, approvalId: wait.id, decision });
  return { runId, threadId, waits, first, decide };
}

const ofRun = (types: readonly string[]) =>
  types.filter((type) => !['thread.created', 'run.queued', 'item.added'].includes(type));
const typesOf = async (threadId: Parameters<typeof threadStream>[0]) =>
  ofRun(await world.types(threadStream(threadId)));

describe('a run that waits', () => {
  it('tells what it waits for, and is handed to nobody', async () => {
    const { runId, threadId, first } = await waiting({});

    expect(await typesOf(threadId)).toEqual(['approval.requested', 'run.awaiting']);
    expect(await world.queued()).toEqual([]);
    expect(await world.record(runId)).toMatchObject({ status: 'awaiting_approval', dueAtMs: first.expiresAtMs });
    expect(ofRun(await world.types(userFeed(world.olga.userId)))).toEqual(['approval.requested']);
    expect(await world.types(workspaceFeed(world.olga.workspaceId))).toEqual(['workspace.changed']);
  });

  it('goes on when the last of several has been decided; partial decisions are kept and shown', async () => {
    const { runId, threadId, waits, decide } = await waiting({}, {});

    await decide(world.olga, approve);
    const view = applyEvents(emptyThreadView, await world.events(threadStream(threadId)));
    const half = await world.record(runId);
    await decide(world.olga, reject, waits[1]);

    expect(view.items.flatMap((item) => (item.type === 'approval' ? [item.status] : []))).toEqual([
      'approved',
      'pending',
    ]);
    expect(half).toMatchObject({ status: 'awaiting_approval', announced: true });
    expect(await world.record(runId)).toMatchObject({ status: 'queued', enqueued: true, resumes: 1 });
    expect(await world.queued()).toEqual([runId]);
    expect((await typesOf(threadId)).slice(-2)).toEqual(['approval.resolved', 'approval.resolved']);
    expect(await world.claim(runId)).toMatchObject({ kind: 'claimed', record: { attempt: 2 } });
  });

  it('is counted when it is asked, answered, and not answered in time', async () => {
    const { runId, decide } = await waiting({}, { kind: 'client_tool' });

    await decide(world.olga, approve);
    await decide(world.olga, approve);
    world.pass(3_600_001);
    await sweep(world.deps);

    expect(world.metrics.recorded).toMatchObject({
      'WaitsOpened tool_call': [1],
      'WaitsOpened client_tool': [1],
      'WaitsAnswered tool_call': [1],
      'WaitsExpired client_tool': [1],
    });
    const told = world.lines.filter(({ message }) => message === 'run waits' || message === 'run answered');
    const record = await world.record(runId);
    expect(told.map(({ fields }) => [fields['requestId'], fields['runId']])).toEqual([
      [record.requestId, runId],
      [record.requestId, runId],
    ]);
  });

  it('tells when it comes to wait for something of another kind', async () => {
    const { threadId, decide } = await waiting({}, { kind: 'client_tool' });

    await decide(world.olga, approve);
    await decide(world.olga, approve);

    const view = applyEvents(emptyThreadView, await world.events(threadStream(threadId)));
    expect(Object.values(view.runs)).toMatchObject([{ status: 'awaiting_client_tool' }]);
    expect((await typesOf(threadId)).slice(-2)).toEqual(['approval.resolved', 'run.awaiting']);
  });

  it('is decided once, however many decide at once', async () => {
    const { runId, threadId, decide } = await waiting({});
    const admin = world.colleague('admin');

    const decided = await Promise.allSettled([
      decide(world.olga, approve),
      decide(admin, reject),
      decide(admin, approve),
    ]);

    const answers = (await world.record(runId)).waits.map(
      ({ answer }) => answer?.type === 'decision' && answer.decision,
    );
    const won = answers[0] && answers[0].decision === 'approve' ? 2 : 1;
    expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(won);
    for (const each of decided) if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'conflict' });
    expect((await typesOf(threadId)).filter((type) => type === 'approval.resolved')).toHaveLength(1);
    expect(await world.queued()).toEqual([runId]);
    expect(await world.queued()).toEqual([]);
  });

  it('takes the same decision again, also later', async () => {
    const { runId, threadId, decide } = await waiting({});

    await decide(world.olga, approve);
    const [, received] = [await world.queued(), await world.claim(runId)];
    await decide(world.olga, approve);

    expect(received).toMatchObject({ kind: 'claimed' });
    expect((await typesOf(threadId)).filter((type) => type === 'approval.resolved')).toHaveLength(1);
    expect(await world.queued()).toEqual([]);
  });

  it('ends at once when it is cancelled; a decision comes too late then', async () => {
    const { runId, decide } = await waiting({});
    await world.end(runId, { status: 'cancelled' });

    await expect(decide(world.olga, approve)).rejects.toMatchObject({ code: 'conflict' });
    expect((await world.record(runId)).settled).toBe(true);
  });
});

describe('who may decide', () => {
  it.each([
    ['requester_or_admin', ['ok', 'ok', 'not_found', 'not_found']],
    ['admin', ['ok', 'ok', 'not_found', 'not_found']],
    ['other_admin', ['forbidden', 'ok', 'not_found', 'not_found']],
  ] as const)('%s: requester who owns the workspace, admin, member, stranger', async (decider, expected) => {
    const people = [world.olga, world.colleague('admin'), world.colleague('member'), world.sven];

    const answers = [];
    for (const person of people) {
      const { decide } = await waiting({ decider });
      answers.push(
        await decide(person, approve).then(
          () => 'ok',
          ({ code }) => code,
        ),
      );
    }

    expect(answers).toEqual(expected);
  });

  it('shows a requester who is only a member what an admin has to decide', async () => {
    const mia = world.colleague('member');
    const { runId } = await world.start(mia, { agentId: world.olga.agentId, input: { text: 'Pay it.' } });
    const wait = sampleWait({ ...inAnHour, decider: 'admin' });
    await world.suspend(runId, wait);

    const mine = await listApprovals(world.deps, mia, { workspaceId: world.olga.workspaceId, limit: 10 });
    const decided = resolveApproval(world.deps, mia, { runId, approvalId: wait.id, decision: approve });

    expect(mine.data).toMatchObject([{ id: wait.id, mayDecide: false }]);
    await expect(decided).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lists what is pending: one’s own with its thread, for admins everything without, for members nothing of others', async () => {
    const { threadId, first } = await waiting({ call: sampleWait().call }, { kind: 'client_tool' });
    const list = async (person: Principal) =>
      (await listApprovals(world.deps, person, { workspaceId: world.olga.workspaceId, limit: 10 })).data;

    const [own, admins, members] = [
      await list(world.olga),
      await list(world.colleague('admin')),
      await list(world.colleague('member')),
    ];

    expect(own).toMatchObject([{ id: first.id, threadId, mayDecide: true, call: { name: 'send' } }]);
    expect(admins).toMatchObject([{ id: first.id, threadId: null, mayDecide: true, userId: world.olga.userId }]);
    expect(members).toEqual([]);
    await expect(list(world.sven)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a decision', () => {
  it.each([
    ['tool_call', { decision: 'run_again' }],
    ['interrupted_call', approve],
    ['budget', approve],
    ['tool_call', { decision: 'stop' }],
  ] as const)('on a %s is not %j', async (kind, decision) => {
    const { decide } = await waiting({ kind });

    await expect(decide(world.olga, decision)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('for good is noted for the one whose run it is, and not where four eyes are asked for', async () => {
    const { decide } = await waiting({});
    const admin = world.colleague('admin');

    await decide(admin, always);

    const access = await world.deps.minter.forUser(world.olga);
    expect(await world.deps.toolGrants.granted(access, world.olga)).toMatchObject([
      { tool: 'send', userId: world.olga.userId, grantedBy: admin.userId, agentId: world.olga.agentId },
    ]);
    const strict = await waiting({ decider: 'other_admin' });
    await expect(strict.decide(admin, always)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  it('for good is not made again over what somebody has taken back since', async () => {
    const { decide } = await waiting({});
    const access = await world.deps.minter.forUser(world.olga);
    await decide(world.olga, always);
    await world.deps.toolGrants.revoke(access, { ...world.olga, tool: 'send' });

    await decide(world.olga, always);

    expect(await world.deps.toolGrants.granted(access, world.olga)).toEqual([]);
  });

  it('to continue past a budget is applied before the run goes on, and is for admins', async () => {
    const breach = { scope: 'run', limitUsd: 1, spentUsd: 1 };
    const { runId, decide } = await waiting({ kind: 'budget', breach });
    const mia = world.colleague('member');
    const { runId: other } = await world.start(mia, { agentId: world.olga.agentId, input: { text: 'Spend.' } });
    const wait = sampleWait({ ...inAnHour, kind: 'budget', breach });
    await world.suspend(other, wait);

    await decide(world.olga, { decision: 'continue_once' });
    const byMember = resolveApproval(world.deps, mia, {
      runId: other,
      approvalId: wait.id,
      decision: { decision: 'continue_once' },
    });

    expect(await world.record(runId)).toMatchObject({ status: 'queued' });
    await expect(byMember).rejects.toMatchObject({ code: 'forbidden' });
    expect(await world.record(other)).toMatchObject({ status: 'paused_budget' });
  });
});

it('takes no effect on a budget when another decision has won', async () => {
  const { runId, decide } = await waiting({ kind: 'budget', breach: { scope: 'run', limitUsd: 1, spentUsd: 1 } });
  const allowed: string[] = [];
  const { allow } = world.deps.counters;
  world.deps.counters.allow = (...given) => {
    allowed.push(given[0]);
    return allow(...given);
  };

  const decided = await Promise.allSettled([
    decide(world.olga, { decision: 'stop' }),
    decide(world.colleague('admin'), { decision: 'continue_once' }),
  ]);
  const [{ answer } = {}] = (await world.record(runId)).waits;

  expect(decided.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const won = answer?.type === 'decision' ? answer.decision.decision : null;
  expect(allowed).toEqual(won === 'continue_once' ? [runId] : []);
});

it('about a budget takes effect by the sweep when whoever decided it died', async () => {
  const { runId, decide } = await waiting({ kind: 'budget', breach: { scope: 'run', limitUsd: 1, spentUsd: 1 } });
  const { allow } = world.deps.counters;
  world.deps.counters.allow = () => Promise.reject(unavailable('The counters', new Error('gone')));
  await expect(decide(world.olga, { decision: 'raise', limitUsd: 3 })).rejects.toMatchObject({ code: 'unavailable' });
  world.deps.counters.allow = allow;
  const before = await world.deps.counters.allowance(runId, 'run');
  world.pass(60_000);

  await sweep(world.deps);
  await sweep(world.deps);

  expect([before, await world.deps.counters.allowance(runId, 'run')]).toEqual([undefined, 3e6]);
  expect(await world.record(runId)).toMatchObject({ status: 'queued', enqueued: true, waits: [{ applied: true }] });
});

it('about a budget is not made again over what somebody has set since', async () => {
  const scope = { scope: { kind: 'workspace' }, period: 'total' } as const;
  const { workspaceId } = world.olga;
  const { id: budgetId } = await setBudget(world.deps, world.olga, workspaceId, { ...scope, limitUsd: 1 });
  const breach = { scope: 'workspace', budgetId, limitUsd: 1, spentUsd: 1 };
  const { runId, decide } = await waiting({ kind: 'budget', breach });
  const raise = { decision: 'raise', limitUsd: 8 } as const;
  await decide(world.olga, raise);
  await setBudget(world.deps, world.olga, workspaceId, { ...scope, limitUsd: 2 });

  await decide(world.olga, raise);
  await announceAnswers(world.deps, await world.record(runId));

  const { data } = await listBudgets(world.deps, world.olga, workspaceId, { limit: 1 });
  expect(data).toMatchObject([{ limitUsd: 2 }]);
});

describe('a client tool', () => {
  const output = { output: 'dark' };
  const call = { kind: 'client_tool' } as const;

  it('is answered by the owner of the thread alone', async () => {
    const { runId, threadId, first } = await waiting(call);
    const request = { runId, itemId: first.itemId, result: output };

    for (const other of [world.sven, world.colleague('admin')])
      await expect(answerClientTool(world.deps, other, request)).rejects.toMatchObject({ code: 'not_found' });
    await answerClientTool(world.deps, world.olga, request);
    await answerClientTool(world.deps, world.olga, request);

    expect((await world.record(runId)).waits[0]?.answer).toMatchObject({ type: 'output', result: output });
    expect(await typesOf(threadId)).toEqual(['client_tool.requested', 'run.awaiting', 'client_tool.resolved']);
    expect(await world.queued()).toEqual([runId]);
    await expect(
      answerClientTool(world.deps, world.olga, { ...request, result: { output: 'light' } }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that is answered too late lets the run go on at once, without the answer', async () => {
    const { runId, threadId, first } = await waiting({ ...call, expiresAtMs: startMs + 10_000 });
    world.pass(10_000);

    const late = answerClientTool(world.deps, world.olga, { runId, itemId: first.itemId, result: output });

    await expect(late).rejects.toMatchObject({ code: 'conflict' });
    expect((await world.record(runId)).waits[0]?.answer).toEqual({ type: 'expired' });
    expect((await world.events(threadStream(threadId))).at(-1)?.event).toMatchObject({ outcome: 'expired' });
    expect(await world.queued()).toEqual([runId]);
  });
});

it('expires by the sweep', async () => {
  const { runId, threadId } = await waiting({}, { expiresAtMs: startMs + 7_200_000 });
  world.pass(3_600_001);

  const first = await sweep(world.deps);
  world.pass(3_600_001);
  const second = await sweep(world.deps);

  expect([first.expired, second.expired]).toEqual([1, 1]);
  expect((await typesOf(threadId)).filter((type) => type === 'approval.resolved')).toHaveLength(2);
  expect(await world.queued()).toEqual([runId]);
});

/** Somebody decides, and their process dies when the record has it. */
const decideAndDie = (runId: RunId, { id }: Wait) =>
  world.deps.runs.change(runId, (record) =>
    answer(record, id, { type: 'decision', decision: approve, by: world.olga.userId }, startMs),
  );

describe('a decision whose process died before it could tell', () => {
  it('is told by the sweep also when the message of the run is delivered once more', async () => {
    const { runId, threadId, first } = await waiting({}, {});
    await decideAndDie(runId, first);

    await announceWaits(world.deps, await world.record(runId));
    const { announced } = await world.record(runId);
    world.pass(sweepAfterMs.suspended + 1);
    const { announced: repaired } = await sweep(world.deps);

    expect([announced, repaired]).toEqual([false, 1]);
    expect(resolvedIn(await world.events(threadStream(threadId)))).toEqual([first.id]);
    expect(await world.record(runId)).toMatchObject({ announced: true, dueAtMs: first.expiresAtMs });
  });

  it('is told before the end when the run is cancelled', async () => {
    const { runId, threadId, first } = await waiting({}, {});
    await decideAndDie(runId, first);

    await cancelRun(world.deps, world.olga, runId);

    const { items } = applyEvents(emptyThreadView, await world.events(threadStream(threadId)));
    expect(items.flatMap((item) => (item.type === 'approval' ? [item.status] : []))).toEqual(['approved', 'cancelled']);
    expect((await typesOf(threadId)).slice(-2)).toEqual(['approval.resolved', 'run.cancelled']);
  });
});

it('does not seem to wait when whoever tells what it waits for is slower than the last answer and the next worker', async () => {
  const { runId, threadId, waits, decide } = await waiting({}, { kind: 'client_tool' });
  const itemId = waits[1]?.itemId ?? newId('itm');
  const { publisher } = world.deps;
  const publish: Publisher['publish'] = async (stream, batch) => {
    if (batch.events.some(({ type }) => type === 'run.awaiting')) {
      await answerClientTool({ ...world.deps, publisher }, world.olga, { runId, itemId, result: { output: 'dark' } });
      const { attempt } = await begun(runId);
      const events: Event[] = [{ type: 'run.started', agentId: world.olga.agentId, model: 'demo/scripted' }];
      await publisher.publish(threadStream(threadId), { batchId: 'started', runId, attempt, events });
    }
    return publisher.publish(stream, batch);
  };
  world.deps.publisher = { ...publisher, publish };

  await decide(world.olga, approve);

  const types = await typesOf(threadId);
  const view = applyEvents(emptyThreadView, await world.events(threadStream(threadId)));
  expect(types.slice(-2)).toEqual(['run.started', 'run.awaiting']);
  expect(view.runs[runId]).toMatchObject({ status: 'running', attempt: 2 });
});

async function begun(runId: RunId) {
  const claimed = await world.claim(runId);
  if (claimed?.kind !== 'claimed') throw new Error('not claimed');
  return claimed.record;
}

describe.each(['before', 'after'] as const)('whoever is cut off %s any step', (when) => {
  it('while a run begins to wait, leaves nothing that the sweep does not make whole', async () => {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const { runId, threadId } = await begin();
      const claimed = await world.claim(runId);
      if (claimed?.kind !== 'claimed') throw new Error('not claimed');
      world.breaker.cutAt(step, when);
      const isCut = await suspendRun(world.deps, claimed.record, [sampleWait(inAnHour)]).then(
        () => false,
        () => true,
      );
      world.breaker.mend();
      if ((await world.record(runId)).status === 'running') continue;
      world.pass(sweepAfterMs.suspended + 1);
      await sweep(world.deps);
      expect(await typesOf(threadId)).toEqual(['approval.requested', 'run.awaiting']);
      expect(await world.record(runId)).toMatchObject({ announced: true });
      if (!isCut) return expect(step).toBeGreaterThan(4);
    }
  });

  it('while a decision is made, leaves nothing that the same decision or the sweep does not make whole', async () => {
    for (let step = 1; ; step += 1) {
      let isCut = false;
      for (const repair of ['again', 'sweep'] as const) {
        world = createWorld();
        const { runId, threadId, decide } = await waiting({});
        world.breaker.cutAt(step, when);
        isCut = await decide(world.olga, always).then(
          () => false,
          () => true,
        );
        world.breaker.mend();
        const isDecided = (await world.record(runId)).status === 'queued';
        if (repair === 'again') await decide(world.olga, always);
        world.pass(sweepAfterMs.accepted + 1);
        if (repair === 'sweep') await sweep(world.deps);
        if (repair === 'sweep' && !isDecided) continue;
        expect(await typesOf(threadId)).toEqual(['approval.requested', 'run.awaiting', 'approval.resolved']);
        expect(await world.queued()).toEqual([runId]);
        const access = await world.deps.minter.forUser(world.olga);
        expect(await world.deps.toolGrants.granted(access, world.olga)).toMatchObject([{ tool: 'send' }]);
      }
      if (!isCut) return expect(step).toBeGreaterThan(8);
    }
  });

  it.each([
    ['first', 'tool_call'],
    ['second', 'tool_call'],
    ['first', 'client_tool'],
    ['second', 'client_tool'],
  ] as const)(
    'while the %s of two people answers (the other: %s), leaves no answer that readers never hear of',
    async (who, kind) => {
      for (let step = 1; ; step += 1) {
        let isCut = false;
        for (const repair of ['nobody', 'again', 'sweep'] as const) {
          world = createWorld();
          const { runId, threadId, waits, decide } = await waiting({}, { kind });
          const [, other] = waits;
          if (!other) throw new Error('It waits for two things.');
          const admin = world.colleague('admin');
          const itemId = other.itemId;
          const answers = {
            first: () => decide(world.olga, approve),
            second: () =>
              kind === 'tool_call'
                ? decide(admin, reject, other)
                : answerClientTool(world.deps, world.olga, { runId, itemId, result: { output: 'dark' } }),
          };
          if (who === 'second') await answers.first();
          world.breaker.cutAt(step, when);
          isCut = await answers[who]().then(
            () => false,
            () => true,
          );
          world.breaker.mend();
          if (who === 'first') await answers.second();
          if (repair === 'again') await answers[who]();
          const isWhole = (await world.record(runId)).status === 'queued';
          // Whoever gives the last answer tells those before it, too: then nobody need come by.
          if (repair === 'nobody' && !(who === 'first' && isWhole)) continue;
          world.pass(sweepAfterMs.accepted + 1);
          if (repair === 'sweep') await sweep(world.deps);

          const record = await world.record(runId);
          const events = await world.events(threadStream(threadId));
          const where = `${repair}, step ${step}`;
          expect([where, resolvedIn(events)]).toEqual([
            where,
            record.waits.filter((wait) => !isOpen(wait)).map(nameOf),
          ]);
          expect([where, record.announced]).toEqual([where, true]);
          expect([where, await world.queued()]).toEqual([where, isWhole ? [runId] : []]);
          if (isWhole) continue;
          expect([where, applyEvents(emptyThreadView, events).runs[runId]?.status]).toEqual([where, record.status]);
        }
        if (!isCut) return expect(step).toBeGreaterThan(6);
      }
    },
  );

  it('while the sweep finds that nobody was told of a question and nobody has answered it, leaves both to be told', async () => {
    for (let step = 1; ; step += 1) {
      world = createWorld();
      const { runId, threadId } = await begin();
      await markSuspended(runId, sampleWait(inAnHour));
      world.pass(3_600_001);
      world.breaker.cutAt(step, when);
      const isCut = await sweep(world.deps).then(
        ({ failed }) => failed > 0,
        () => true,
      );
      world.breaker.mend();
      world.pass(sweepAfterMs.failedRepair + 1);
      await sweep(world.deps);

      const where = `step ${step}`;
      const told = ['approval.requested', 'run.awaiting', 'approval.resolved'];
      expect([where, await typesOf(threadId)]).toEqual([where, told]);
      expect([where, await world.queued()]).toEqual([where, [runId]]);
      if (!isCut) return expect(step).toBeGreaterThan(6);
    }
  });
});

/** A run that has begun to wait, and whose worker has died before it could say so. */
async function markSuspended(runId: RunId, ...waits: readonly Wait[]): Promise<void> {
  const { attempt } = await begun(runId);
  const [received] = await world.deps.queue.receive(1, 0);
  await world.deps.runs.change(runId, (record) => suspend(record, attempt, waits, world.deps.now()));
  if (received) await world.deps.queue.delete(received.receipt);
}

const nameOf = ({ id, itemId, kind }: Wait): string => (kind === 'client_tool' ? itemId : id);

/** What of a thread's questions readers know to be answered, in the order of the questions. */
function resolvedIn(events: readonly AnyEnvelope[]): string[] {
  const asked = events.flatMap(({ event }) => (isKnownEvent(event) ? askedBy(event) : []));
  const resolved = events.flatMap(({ event }) => (isKnownEvent(event) ? resolvedBy(event) : []));
  return resolved.toSorted((one, other) => asked.indexOf(one) - asked.indexOf(other));
}

function askedBy(event: Event): string[] {
  if (event.type === 'approval.requested') return [event.item.approvalId];
  return event.type === 'client_tool.requested' ? [event.itemId] : [];
}

function resolvedBy(event: Event): string[] {
  if (event.type === 'approval.resolved') return [event.approvalId];
  return event.type === 'client_tool.resolved' ? [event.itemId] : [];
}
