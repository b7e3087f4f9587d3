// What the tests of the log share: threads as workers and people would write them.
import * as fc from 'fast-check';
import { createNewId, type NewId } from '../domain/ids.ts';
import { ApprovalKind, type Resolution, statusAfter } from './approval.ts';
import type { AnyEnvelope, Event } from './event.ts';
import { type AgentId, type ApprovalId, type ItemId, type RunId, type ThreadId, UserId } from './ids.ts';
import type { Run, Usage } from './run.ts';
import type { Thread } from './thread.ts';

export const at = '2026-11-21T09:00:00.000Z';
const nobody = '00000000-0000-4000-8000-000000000001';
export const usage: Usage = {
  modelCalls: 1,
  inputTokens: 9,
  cachedInputTokens: 0,
  outputTokens: 3,
  reasoningTokens: 0,
};

/** Ids in the order of their making, the same in every test run. */
export function createCountedIds(): NewId {
  let time = 1_800_000_000_000;
  return createNewId(
    () => (time += 1),
    (count) => new Uint8Array(count),
  );
}

interface WrittenRun {
  readonly id: RunId;
  readonly inputItemId: ItemId;
  readonly parentRunId: RunId | null;
  attempt: number;
  state: 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'timed_out';
  /** What its current attempt made, and what earlier ones did. */
  items: ItemId[];
  /** The text that grows. */
  growing?: ItemId | undefined;
  /** What it waits for. */
  approvals: ApprovalId[];
  calls: ItemId[];
  dropped: ItemId[];
}

/** The API says where such a run stands: readers may not have the other one any more. */
const beside = ({ parentRunId }: WrittenRun) => ({ parentRunId });

/** Writes a thread's log event by event, as the API and workers do. Each step does nothing where it would make no sense. */
export class LogWriter {
  readonly events: AnyEnvelope[] = [];
  /** The seqs of what older attempts wrote, or a run after its end: readers show nothing of it. */
  readonly stale = new Set<number>();
  private thread: Thread;
  private readonly runs: WrittenRun[] = [];
  private readonly newId: NewId;

  constructor(newId: NewId = createCountedIds(), thread: Thread = newThread(newId)) {
    this.newId = newId;
    this.thread = thread;
    this.append({ type: 'thread.created', thread });
  }

  get threadId(): ThreadId {
    return this.thread.id;
  }

  get agentId(): AgentId {
    return this.thread.agentId;
  }

  append(event: AnyEnvelope['event'], run?: { id: RunId; attempt?: number }): void {
    const written = run && { runId: run.id, ...(run.attempt && { attempt: run.attempt }) };
    this.events.push({ seq: this.events.length + 1, at, ...written, event });
  }

  private appendStale(event: Event, run: { id: RunId; attempt?: number }): void {
    this.append(event, run);
    this.stale.add(this.events.length);
  }

  private write(run: WrittenRun, event: Event): void {
    this.append(event, { id: run.id, attempt: run.attempt });
  }

  get running(): WrittenRun | undefined {
    return this.runs.find(({ state }) => state === 'running');
  }

  private add(run: WrittenRun, type: 'agent_message' | 'reasoning', text = ''): ItemId {
    const id = this.newId('itm');
    const item = { id, runId: run.id, createdAt: at, agentId: this.agentId, status: 'in_progress' as const };
    this.write(run, { type: 'item.added', item: { ...item, type, text } });
    run.items.push(id);
    run.growing = id;
    return id;
  }

  say(text: string): void {
    const run = this.queue(this.newId('itm'));
    const item = { id: run.inputItemId, runId: run.id, createdAt: at, type: 'user_message' as const, text };
    this.append({ type: 'item.added', item }, { id: run.id });
  }

  retry(): void {
    const failed = this.runs.find(({ state }) => state === 'failed');
    if (failed) this.queue(failed.inputItemId, { retryOf: failed.id, ...beside(failed) });
  }

  /** Another answer to the message of a run that has ended, as a branch beside it. */
  regenerate(which = 0): void {
    const run = this.ended(which);
    if (run) this.queue(run.inputItemId, { regenerates: run.id, ...beside(run) });
  }

  /** Another message in place of one whose run has ended, as a branch beside it. */
  edit(text: string, which = 0): void {
    const replaced = this.ended(which);
    if (!replaced) return;
    const run = this.queue(this.newId('itm'), { replaces: replaced.id, ...beside(replaced) });
    const item = { id: run.inputItemId, runId: run.id, createdAt: at, type: 'user_message' as const, text };
    this.append({ type: 'item.added', item }, { id: run.id });
  }

  /** A message at another place than the end: after this run, or as a new beginning. */
  sayAfter(text: string, which: number): void {
    const before = this.runs[which % (this.runs.length + 1)];
    const run = this.queue(this.newId('itm'), { parentRunId: before?.id ?? null });
    const item = { id: run.inputItemId, runId: run.id, createdAt: at, type: 'user_message' as const, text };
    this.append({ type: 'item.added', item }, { id: run.id });
  }

  private ended(which: number): WrittenRun | undefined {
    const ended = this.runs.filter(hasEnded);
    return ended[which % Math.max(1, ended.length)];
  }

  private queue(
    inputItemId: ItemId,
    branch: Partial<Pick<Run, 'retryOf' | 'regenerates' | 'replaces' | 'parentRunId'>> = {},
  ): WrittenRun {
    const run: WrittenRun = {
      id: this.newId('run'),
      inputItemId,
      parentRunId: branch.parentRunId === undefined ? (this.runs.at(-1)?.id ?? null) : branch.parentRunId,
      attempt: 0,
      state: 'queued',
      items: [],
      dropped: [],
      approvals: [],
      calls: [],
    };
    const shown = { id: run.id, threadId: this.threadId, agentId: this.agentId, inputItemId, createdAt: at };
    this.append({ type: 'run.queued', run: { ...shown, status: 'queued', attempt: 0, ...branch } }, { id: run.id });
    this.runs.push(run);
    return run;
  }

  get waiting(): WrittenRun | undefined {
    return this.runs.find(({ state }) => state === 'waiting');
  }

  /** The running run asks a person, and waits: for a tool, a call that was cut off, or a budget. */
  ask(which = 0): void {
    const run = this.running;
    if (!run) return;
    const approvalId = this.newId('apr');
    const item = {
      id: this.newId('itm'),
      runId: run.id,
      createdAt: at,
      agentId: this.agentId,
      type: 'approval' as const,
    };
    const kind = ApprovalKind.options[which % ApprovalKind.options.length] ?? 'tool_call';
    const asked = { kind, message: 'May it?', decider: 'requester_or_admin', expiresAt: at } as const;
    this.write(run, { type: 'approval.requested', item: { ...item, ...asked, approvalId, status: 'pending' } });
    this.write(run, { type: 'run.awaiting', status: kind === 'budget' ? 'paused_budget' : 'awaiting_approval' });
    run.approvals.push(approvalId);
    run.state = 'waiting';
  }

  /** The running run calls a tool that a client carries out, and waits. */
  callClient(): void {
    const run = this.running;
    if (!run) return;
    const id = this.newId('itm');
    const item = { id, runId: run.id, createdAt: at, agentId: this.agentId, status: 'in_progress' as const };
    const call = { type: 'tool_call', callId: `call-${id}`, name: 'switch_theme', arguments: '{}' } as const;
    this.write(run, { type: 'item.added', item: { ...item, ...call } });
    this.write(run, { type: 'client_tool.requested', itemId: id, expiresAt: at });
    this.write(run, { type: 'run.awaiting', status: 'awaiting_client_tool' });
    run.calls.push(id);
    run.state = 'waiting';
  }

  /** What the run waits for is answered: by the API, which is no attempt of it. The run goes on where it was. */
  answer(yes: boolean, isLate = false): void {
    const run = this.waiting;
    if (!run) return;
    const outcome = yes ? 'answered' : 'expired';
    const decision = yes ? approved : rejected;
    for (const approvalId of run.approvals.splice(0)) {
      const said = isLate
        ? { status: 'expired' as const }
        : { status: statusAfter[decision.decision.decision], resolution: decision };
      this.append({ type: 'approval.resolved', approvalId, ...said }, { id: run.id });
    }
    const calls = run.calls.splice(0);
    for (const itemId of calls) this.append({ type: 'client_tool.resolved', itemId, outcome }, { id: run.id });
    run.state = 'running';
    run.attempt += 1;
    this.write(run, { type: 'run.started', agentId: this.agentId, model: 'demo/scripted' });
    for (const itemId of calls) this.write(run, { type: 'tool.done', itemId, ok: yes, output: 'dark', durationMs: 1 });
  }

  /** A delegate of the running agent says something below the call by which it was asked. */
  delegate(text: string): void {
    const run = this.running;
    const parentItemId = run?.items.at(-1);
    if (!run || !parentItemId) return;
    const id = this.newId('itm');
    const item = { id, runId: run.id, createdAt: at, agentId: this.newId('agt'), status: 'in_progress' as const };
    this.write(run, { type: 'item.added', item: { ...item, type: 'agent_message', text, parentItemId } });
    this.write(run, { type: 'item.done', itemId: id, status: 'completed' });
    run.items.push(id);
  }

  handOver(): void {
    const run = this.running;
    if (!run) return;
    const item = { id: this.newId('itm'), runId: run.id, createdAt: at, fromAgentId: this.agentId };
    this.write(run, { type: 'handoff', item: { ...item, type: 'handoff', toAgentId: this.newId('agt') } });
  }

  /** The running run's model is given a message that was put into it; the log may hear of that first. */
  read(text: string, isFirst: boolean): void {
    const run = this.running;
    if (!run) return;
    const itemId = this.newId('itm');
    const item = { id: itemId, runId: run.id, createdAt: at, type: 'user_message' as const, text };
    const added: Event = { type: 'item.added', item: { ...item, delivery: 'steer' } };
    if (!isFirst) this.append(added, { id: run.id });
    this.write(run, { type: 'item.read', itemId, turn: run.attempt });
    if (isFirst) this.append(added, { id: run.id });
  }

  /** Puts a message into the run that is under way; or, late, into one that has just ended. */
  steer(text: string, isLate = false): void {
    const run = isLate ? this.runs.findLast(({ state }) => state === 'cancelled') : (this.running ?? this.waiting);
    if (!run) return;
    const item = { id: this.newId('itm'), runId: run.id, createdAt: at, type: 'user_message' as const, text };
    this.append({ type: 'item.added', item: { ...item, delivery: 'steer' } }, { id: run.id });
  }

  /** The next run begins, or the running one begins anew with another worker. Not while one waits. */
  start(): void {
    const run = this.running ?? (this.waiting ? undefined : this.runs.find(({ state }) => state === 'queued'));
    if (!run) return;
    run.state = 'running';
    run.attempt += 1;
    this.write(run, { type: 'run.started', agentId: this.agentId, model: 'demo/scripted' });
    if (run.items.length > 0) this.write(run, { type: 'turn.restarted', itemIds: [...run.items] });
    run.growing = undefined;
    run.dropped.push(...run.items.splice(0));
  }

  think(): void {
    if (this.running) this.add(this.running, 'reasoning');
  }

  speak(text: string): void {
    const run = this.running;
    if (run) this.write(run, { type: 'item.delta', itemId: run.growing ?? this.add(run, 'agent_message'), text });
  }

  finishItem(): void {
    const run = this.running;
    if (!run?.growing) return;
    this.write(run, { type: 'item.done', itemId: run.growing, status: 'completed' });
    run.growing = undefined;
  }

  callTool(isDone: boolean): void {
    const run = this.running;
    if (!run) return;
    const id = this.newId('itm');
    const item = { id, runId: run.id, createdAt: at, agentId: this.agentId, status: 'in_progress' as const };
    this.write(run, {
      type: 'item.added',
      item: { ...item, type: 'tool_call', callId: `call-${id}`, name: 'current_time', arguments: '{}' },
    });
    run.items.push(id);
    this.write(run, { type: 'tool.started', itemId: id });
    if (isDone) this.write(run, { type: 'tool.done', itemId: id, ok: true, output: 'noon', durationMs: 1 });
    else this.write(run, { type: 'item.removed', itemId: id });
  }

  /** A worker that lost the run has not noticed yet, and writes on, whatever it may be. */
  writeStale(which = 0): void {
    const run = this.runs.find(({ attempt, dropped }) => attempt > 1 && dropped.length > 0);
    if (run) this.writeAny(run, which, { id: run.id, attempt: run.attempt - 1 }, run.dropped.at(-1));
  }

  /** And goes on after the run has ended. */
  writeLate(which = 0): void {
    const run = this.runs.findLast(hasEnded);
    if (!run) return;
    this.writeAny(run, which, { id: run.id, attempt: Math.max(1, run.attempt) }, run.items.at(-1));
    this.appendStale({ type: 'run.completed', usage: { ...usage, modelCalls: 99 } }, { id: run.id });
  }

  /** Two of all that a run can write, about an item of its own where it has one. */
  private writeAny(run: WrittenRun, which: number, writer: { id: RunId; attempt: number }, known?: ItemId): void {
    const id = this.newId('itm');
    const itemId = known ?? id;
    const base = { id, runId: run.id, createdAt: at, agentId: this.agentId };
    const asked = { kind: 'tool_call', message: 'stale', decider: 'requester_or_admin', expiresAt: at } as const;
    const approval = { ...base, ...asked, type: 'approval', approvalId: this.newId('apr'), status: 'pending' } as const;
    const handoff = { id, runId: run.id, createdAt: at, fromAgentId: this.agentId, toAgentId: this.agentId };
    const events: Event[] = [
      { type: 'item.added', item: { ...base, type: 'agent_message', status: 'in_progress', text: 'stale' } },
      { type: 'item.delta', itemId, text: 'late' },
      { type: 'item.done', itemId, status: 'incomplete' },
      { type: 'item.removed', itemId },
      { type: 'item.read', itemId, turn: 9 },
      { type: 'tool.started', itemId },
      { type: 'tool.done', itemId, ok: false, output: 'stale', durationMs: 99 },
      { type: 'client_tool.requested', itemId, expiresAt: at },
      { type: 'client_tool.resolved', itemId, outcome: 'expired' },
      { type: 'approval.requested', item: approval },
      { type: 'approval.resolved', approvalId: approval.approvalId, status: 'expired' },
      { type: 'handoff', item: { ...handoff, type: 'handoff' } },
      { type: 'run.started', agentId: this.agentId, model: 'demo/stale' },
      { type: 'run.awaiting', status: 'paused_budget' },
      { type: 'turn.restarted', itemIds: [itemId] },
      { type: 'limit.reached', limit: 'tokens', used: 1, max: 1 },
      { type: 'usage', usage: { ...usage, modelCalls: 99 } },
      { type: 'run.failed', error: { code: 'internal', message: 'stale' } },
      { type: 'run.cancelling' },
      { type: 'run.cancelled' },
      { type: 'run.timed_out' },
    ];
    for (const event of [0, 1].map((more) => events[(which + more) % events.length]))
      if (event) this.appendStale(event, writer);
  }

  /** The running run comes to a limit, and ends. */
  reachLimit(isTime: boolean): void {
    const run = this.running;
    if (!run) return;
    this.write(run, { type: 'limit.reached', limit: isTime ? 'wall_time' : 'turns', used: 10, max: 10 });
    if (!isTime) this.fail();
    else {
      run.state = 'timed_out';
      this.append({ type: 'run.timed_out', usage }, { id: run.id });
    }
  }

  /** Somebody wants the run that is worked on to end; its worker is to end it. */
  askToStop(): void {
    if (this.running) this.append({ type: 'run.cancelling' }, { id: this.running.id });
  }

  delete(): void {
    this.append({ type: 'thread.deleted', threadId: this.threadId });
  }

  complete(): void {
    const run = this.running;
    if (!run) return;
    run.state = 'completed';
    this.append({ type: 'run.completed', usage }, { id: run.id });
  }

  fail(): void {
    const run = this.running;
    if (!run) return;
    run.state = 'failed';
    this.append({ type: 'run.failed', error: { code: 'model_unavailable', message: 'down' }, usage }, { id: run.id });
  }

  /** Cancels the newest run that has not ended: the running one, or one that still waits. */
  cancel(): void {
    const run = this.runs.findLast(({ state }) => ['queued', 'running', 'waiting'].includes(state));
    if (!run) return;
    run.state = 'cancelled';
    this.append({ type: 'run.cancelled' }, { id: run.id });
  }

  /** What says nothing about items. */
  mention(what: number): void {
    const run = this.running;
    if (what % 4 === 0) this.append({ type: 'notice', level: 'info', message: 'hello' });
    if (what % 4 === 1) this.append({ type: 'hologram.shown', size: what });
    if (what % 4 === 2 && run) this.write(run, { type: 'usage', usage: { ...usage, outputTokens: what } });
    if (what % 4 === 3) {
      this.thread = { ...this.thread, title: `Title ${what}` };
      this.append({ type: 'thread.updated', thread: this.thread });
    }
  }
}

const hasEnded = ({ state }: WrittenRun): boolean => !['queued', 'running', 'waiting'].includes(state);

const approved: Resolution = { decision: { decision: 'approve', scope: 'once' }, decidedBy: UserId.parse(nobody) };
const rejected: Resolution = { decision: { decision: 'reject', reason: 'No.' }, decidedBy: UserId.parse(nobody) };

const newThread = (newId: NewId): Thread => ({
  id: newId('thr'),
  workspaceId: newId('wsp'),
  agentId: newId('agt'),
  title: 'New',
  status: 'active',
  createdAt: at,
  updatedAt: at,
});

const steps: readonly ((log: LogWriter, number: number) => void)[] = [
  (log, number) => log.say(`Question ${number}`),
  (log) => log.start(),
  (log) => log.start(),
  (log) => log.think(),
  (log, number) => log.speak(`word ${number} `),
  (log, number) => log.speak(`and ${number} `),
  (log) => log.finishItem(),
  (log, number) => log.callTool(number % 4 > 0),
  (log, number) => log.writeStale(number),
  (log, number) => log.writeLate(number),
  (log, number) => log.delegate(`Below ${number}`),
  (log, number) => log.reachLimit(number % 2 > 0),
  (log, number) => log.sayAfter(`After ${number}`, number),
  (log) => log.complete(),
  (log) => log.fail(),
  (log) => log.cancel(),
  (log) => log.retry(),
  (log, number) => log.ask(number),
  (log) => log.callClient(),
  (log) => log.callClient(),
  (log, number) => log.ask(number),
  (log) => log.start(),
  (log, number) => log.answer(number % 2 > 0),
  (log) => log.askToStop(),
  (log, number) => log.answer(number % 3 > 0, number % 4 === 0),
  (log) => log.handOver(),
  (log, number) => log.steer(`Steer ${number}`),
  (log, number) => log.read(`Read ${number}`, number % 2 > 0),
  (log, number) => log.steer(`After ${number}`, true),
  (log, number) => log.regenerate(number),
  (log, number) => log.edit(`Edited ${number}`, number),
  (log, number) => log.mention(number),
  (log, number) => (number === 7 ? log.delete() : undefined),
];

/** Something that happens in a thread. */
export const anyStep: fc.Arbitrary<(log: LogWriter) => void> = fc.tuple(fc.constantFrom(...steps), fc.nat(20)).map(
  ([step, number]) =>
    (log) =>
      step(log, number),
);

/** Whoever has written the log of some thread: runs behind each other and in branches, restarts, tools, delegates, questions, limits, ends of all kinds, retries. */
export const anyWriter: fc.Arbitrary<LogWriter> = fc.array(anyStep, { minLength: 5, maxLength: 60 }).map((script) => {
  const log = new LogWriter();
  log.say('Hello');
  for (const step of script) step(log);
  return log;
});

/** The whole log of some thread. */
export const anyLog: fc.Arbitrary<readonly AnyEnvelope[]> = anyWriter.map(({ events }) => events);
