// What the tests of the log share: threads as workers and people would write them.
import * as fc from 'fast-check';
import { createNewId, type NewId } from '../domain/ids.ts';
import type { AnyEnvelope, Event } from './event.ts';
import type { AgentId, ItemId, RunId, ThreadId } from './ids.ts';
import type { Usage } from './run.ts';
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
  state: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** What its current attempt made, and what earlier ones did. */
  items: ItemId[];
  /** The text that grows. */
  growing?: ItemId | undefined;
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
    if (failed) this.queue(failed.inputItemId, failed.id);
  }

  private queue(inputItemId: ItemId, retryOf?: RunId): WrittenRun {
    const run: WrittenRun = { id: this.newId('run'), inputItemId, attempt: 0, state: 'queued', items: [], dropped: [] };
    const shown = { id: run.id, threadId: this.threadId, agentId: this.agentId, inputItemId, createdAt: at };
    this.append(
      { type: 'run.queued', run: { ...shown, status: 'queued', attempt: 0, ...(retryOf && { retryOf }) } },
      { id: run.id },
    );
    this.runs.push(run);
    return run;
  }

  /** The next run begins, or the running one begins anew with another worker. */
  start(): void {
    const run = this.running ?? this.runs.find(({ state }) => state === 'queued');
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
    const run = this.runs.findLast(({ state }) => state !== 'queued' && state !== 'running');
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
    const run = this.runs.findLast(({ state }) => state === 'queued' || state === 'running');
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
  (log, number) => log.mention(number),
];

/** Something that happens in a thread. */
export const anyStep: fc.Arbitrary<(log: LogWriter) => void> = fc.tuple(fc.constantFrom(...steps), fc.nat(20)).map(
  ([step, number]) =>
    (log) =>
      step(log, number),
);

/** The whole log of some thread: runs behind each other, restarts, tools, failures, cancellations, retries. */
export const anyLog: fc.Arbitrary<readonly AnyEnvelope[]> = fc
  .array(anyStep, { minLength: 5, maxLength: 60 })
  .map((script) => {
    const log = new LogWriter();
    log.say('Hello');
    for (const step of script) step(log);
    return log.events;
  });
