import { describe, expect, it } from 'vitest';
import { applyEvents, emptyThreadView } from '#core/protocol/thread-view.ts';
import { answering, aRun, at, aUserMessage, envelope, runIdOf, threadId } from '../../testing/protocol-fixtures.ts';
import type { OutboxEntry } from './outbox.ts';
import { withPending } from './pending-turns.ts';
import { turnsOf } from './turns.ts';

const entry = (request: OutboxEntry['request'], state: OutboxEntry['state'] = { status: 'waiting' }): OutboxEntry => ({
  clientRequestId: 'request-1',
  target: { threadId },
  request,
  createdAt: at,
  afterSeq: 0,
  state,
});

const base = answering('Hi');
const usage = { modelCalls: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };
const ended = applyEvents(emptyThreadView, [
  ...base,
  envelope(base.length + 1, { type: 'run.completed', usage }, 1),
  envelope(base.length + 2, { type: 'run.queued', run: aRun(2) }, 2),
  envelope(base.length + 3, { type: 'item.added', item: aUserMessage(3, 2, 'And?') }, 2),
  envelope(base.length + 4, { type: 'run.completed', usage }, 2),
]);
const live = applyEvents(emptyThreadView, base);
const input = { text: 'New' };

describe('withPending', () => {
  it('puts an edited message in place of the old one and what followed it', () => {
    const edit = entry({ input, replaces: runIdOf(1) });

    expect(withPending(turnsOf(ended), [edit])).toEqual({ turns: [], messages: [edit], steers: [] });
  });

  it('asks anew under the same message', () => {
    const { turns } = withPending(turnsOf(ended), [entry({ regenerate: runIdOf(1) })]);

    expect(turns).toMatchObject([{ input: { text: 'Hello' }, items: [], phase: 'asked' }]);
  });

  it('leaves the answer where it is when it could not be asked for anew', () => {
    const failed = entry({ regenerate: runIdOf(1) }, { status: 'failed', message: 'no' });

    expect(withPending(turnsOf(ended), [failed]).turns).toEqual(turnsOf(ended));
  });

  it('puts a steering message into the run that goes on, and after everything when none does', () => {
    const steer = entry({ input, delivery: 'steer' });

    expect(withPending(turnsOf(live), [steer])).toMatchObject({ messages: [], steers: [steer] });
    expect(withPending(turnsOf(ended), [steer])).toMatchObject({ messages: [steer], steers: [] });
  });
});
