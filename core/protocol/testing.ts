// What the tests of the log share: threads as workers and people would write them.
import * as fc from 'fast-check';
import { createNewId, type NewId } from '../domain/ids.ts';
import type { AnyEnvelope, Event } from './event.ts';
import type { AgentId, ApprovalId, ItemId, RunId, ThreadId } from './ids.ts';
import type { Run, Usage } from './run.ts';
import type { Thread } from './thread.ts';

export const at = '2026-11-21T09:00:00.000Z';
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
  attempt: number;
  state: 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';
  /** What its current attempt made, and what earlier ones did. */
  items: ItemId[];
  /** The text that grows. */
  growing?: ItemId | undefined;
  /** What it waits for. */
  approvals: ApprovalId[];
  calls: ItemId[];
  dropped: ItemId[];
}

/** Writes a thread's log event by event, as the API and workers do. Each step does nothing where it would make no sense. */
export class LogWriter {
  readonly events: AnyEnvelope[] = [];
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
    if (failed) this.queue(failed.inputItemId, { retryOf: failed.id });
  }

  /** Another answer to the message of a run that has ended, as a branch beside it. */
  regenerate(which = 0): void {
    const run = this.ended(which);
    if (run) this.queue(run.inputItemId, { regenerates: run.id });
  }

  /** Another message in place of one whose run has ended, as a branch beside it. */
  edit(text: string, which = 0): void {
    const replaced = this.ended(which);
    if (!replaced) return;
    const run = this.queue(this.newId('itm'), { replaces: replaced.id });
    const item = { id: run.inputItemId, runId: run.id, createdAt: at, type: 'user_message' as const, text };
    this.append({ type: 'item.added', item }, { id: run.id });
  }

  private ended(which: number): WrittenRun | undefined {
    const ended = this.runs.filter(({ state }) => ['completed', 'failed', 'cancelled'].includes(state));
    return ended[which % Math.max(1, ended.length)];
  }

  private queue(
    inputItemId: ItemId,
    branch: Partial<Pick<Run, 'retryOf' | 'regenerates' | 'replaces'>> = {},
  ): WrittenRun {
    const run: WrittenRun = {
      id: this.newId('run'),
      inputItemId,
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

  /** The running run asks a person, and waits. */
  ask(): void {
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
    const asked = { kind: 'tool_call', message: 'May it?', decider: 'requester_or_admin', expiresAt: at } as const;
    this.write(run, { type: 'approval.requested', item: { ...item, ...asked, approvalId, status: 'pending' } });
    this.write(run, { type: 'run.awaiting', status: 'awaiting_approval' });
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
  answer(yes: boolean): void {
    const run = this.waiting;
    if (!run) return;
    const [approved, outcome] = yes ? (['approved', 'answered'] as const) : (['expired', 'expired'] as const);
    for (const approvalId of run.approvals.splice(0))
      this.append({ type: 'approval.resolved', approvalId, status: approved }, { id: run.id });
    const calls = run.calls.splice(0);
    for (const itemId of calls) this.append({ type: 'client_tool.resolved', itemId, outcome }, { id: run.id });
    run.state = 'running';
    run.attempt += 1;
    this.write(run, { type: 'run.started', agentId: this.agentId, model: 'demo/scripted' });
    for (const itemId of calls) this.write(run, { type: 'tool.done', itemId, ok: yes, output: 'dark', durationMs: 1 });
  }

  handOver(): void {
    const run = this.running;
    if (!run) return;
    const item = { id: this.newId('itm'), runId: run.id, createdAt: at, fromAgentId: this.agentId };
    this.write(run, { type: 'handoff', item: { ...item, type: 'handoff', toAgentId: this.newId('agt') } });
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

  /** A worker that lost the run has not noticed yet, and writes on. */
  writeStale(): void {
    const run = this.runs.find(({ attempt, dropped }) => attempt > 1 && dropped.length > 0);
    if (!run) return;
    const stale = { id: run.id, attempt: run.attempt - 1 };
    for (const itemId of run.dropped.slice(-1)) this.append({ type: 'item.delta', itemId, text: 'stale' }, stale);
    this.append(
      {
        type: 'item.added',
        item: {
          id: this.newId('itm'),
          runId: run.id,
          createdAt: at,
          agentId: this.agentId,
          status: 'in_progress',
          type: 'agent_message',
          text: 'stale',
        },
      },
      stale,
    );
  }

  /** And goes on after the run has ended. */
  writeLate(): void {
    const run = this.runs.findLast(({ state }) => ['completed', 'failed', 'cancelled'].includes(state));
    if (!run) return;
    const itemId = run.items.at(-1);
    if (itemId) this.write(run, { type: 'item.delta', itemId, text: 'late' });
    this.write(run, { type: 'run.completed', usage: { ...usage, modelCalls: 99 } });
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
  (log) => log.writeStale(),
  (log) => log.writeLate(),
  (log) => log.complete(),
  (log) => log.fail(),
  (log) => log.cancel(),
  (log) => log.retry(),
  (log) => log.ask(),
  (log) => log.callClient(),
  (log, number) => log.answer(number % 3 > 0),
  (log) => log.handOver(),
  (log, number) => log.steer(`Steer ${number}`),
  (log, number) => log.steer(`After ${number}`, true),
  (log, number) => log.regenerate(number),
  (log, number) => log.edit(`Edited ${number}`, number),
  (log, number) => log.mention(number),
];

/** Something that happens in a thread. */
export const anyStep: fc.Arbitrary<(log: LogWriter) => void> = fc.tuple(fc.constantFrom(...steps), fc.nat(20)).map(
  ([step, number]) =>
    (log) =>
      step(log, number),
);

/** The whole log of some thread: runs behind each other and in branches, restarts, tools, questions, failures, cancellations, retries. */
export const anyLog: fc.Arbitrary<readonly AnyEnvelope[]> = fc
  .array(anyStep, { minLength: 5, maxLength: 60 })
  .map((script) => {
    const log = new LogWriter();
    log.say('Hello');
    for (const step of script) step(log);
    return log.events;
  });
