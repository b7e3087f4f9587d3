import { describe, expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import type { Event } from '../protocol/event.ts';
import type { Item } from '../protocol/item.ts';
import type { JournalEntry } from './journal.ts';
import { createReconciler, impliedItems, leftovers } from './reconcile.ts';

const at = '2026-11-21T09:00:00.000Z';
const [runId, agentId] = [newId('run'), newId('agt')];
const base = { runId, agentId, createdAt: at };
const message = (text: string, status: 'in_progress' | 'completed' = 'in_progress'): Item => ({
  ...base,
  id: newId('itm'),
  type: 'agent_message',
  status,
  text,
});
const call = (result?: { ok: boolean; output: string; durationMs: number }): Item => ({
  ...base,
  id: newId('itm'),
  type: 'tool_call',
  status: result ? 'completed' : 'in_progress',
  callId: 'call_1',
  name: 'look',
  arguments: '{}',
  ...(result && { result }),
});

describe('a story that is told again', () => {
  it('is news from where the reader has it, however it is cut', () => {
    const shown = message('I look aro');
    const { id: itemId } = shown;
    const reconcile = createReconciler([shown]);
    const told: Event[] = [
      { type: 'item.added', item: { ...shown, text: '' } as Item },
      { type: 'item.delta', itemId, text: 'I look ' },
      { type: 'item.delta', itemId, text: 'around ' },
      { type: 'item.delta', itemId, text: 'now.' },
      { type: 'item.done', itemId, status: 'completed' },
    ];

    expect(told.flatMap((event) => reconcile(event) ?? [])).toEqual([
      { type: 'item.delta', itemId, text: 'und ' },
      { type: 'item.delta', itemId, text: 'now.' },
      { type: 'item.done', itemId, status: 'completed' },
    ]);
  });

  it('is no news where the reader has it all', () => {
    const [said, done] = [message('All of it.', 'completed'), call({ ok: true, output: 'x', durationMs: 1 })];
    const reconcile = createReconciler([said, done]);
    const told: Event[] = [
      { type: 'item.added', item: said },
      { type: 'item.delta', itemId: said.id, text: 'All of it.' },
      { type: 'item.done', itemId: said.id, status: 'completed' },
      { type: 'item.added', item: done },
      { type: 'tool.started', itemId: done.id },
      { type: 'tool.done', itemId: done.id, ok: true, output: 'x', durationMs: 1 },
    ];

    expect(told.flatMap((event) => reconcile(event) ?? [])).toEqual([]);
  });

  it('is not whole when its end was told without the mark that it was cut off', () => {
    const shown = message('Half a sent');
    if (shown.type !== 'agent_message') throw new Error('it is what an agent says');
    shown.status = 'completed';
    const ended: Event = { type: 'item.done', itemId: shown.id, status: 'completed', cutOff: 'max_tokens' };

    expect(createReconciler([shown])(ended)).toEqual(ended);
    expect(createReconciler([{ ...shown, cutOff: 'max_tokens' }])(ended)).toBeNull();
  });

  it('is that a message was read, unless the reader knows', () => {
    const asked = {
      id: newId('itm'),
      runId,
      createdAt: at,
      type: 'user_message',
      text: 'Go',
      delivery: 'steer',
    } as const;
    const read: Event = { type: 'item.read', itemId: asked.id, turn: 2 };

    expect(createReconciler([asked])(read)).toEqual(read);
    expect(createReconciler([{ ...asked, readInTurn: 2 }])(read)).toBeNull();
  });

  it('is news again after it was taken back', () => {
    const shown = message('Half a sent');
    const reconcile = createReconciler([shown]);

    reconcile({ type: 'turn.restarted', itemIds: [shown.id] });

    expect(reconcile({ type: 'item.delta', itemId: shown.id, text: 'Half' })).toMatchObject({ text: 'Half' });
  });

  it('brings the result of a call that the reader sees unfinished', () => {
    const open = call();
    const done: Event = { type: 'tool.done', itemId: open.id, ok: true, output: 'x', durationMs: 1 };

    expect(createReconciler([open])(done)).toEqual(done);
  });
});

describe('what is left of a turn that was cut off', () => {
  it('is what the journal does not know, and texts that went another way', () => {
    const [known, other, unknown] = [message('I look'), message('I think'), message('Wait')];
    const asked: Item = { id: newId('itm'), runId, createdAt: at, type: 'user_message', text: 'Go', delivery: 'steer' };
    const implied = new Map([
      [known.id, 'I look around.'],
      [other.id, 'I thought.'],
    ]);

    expect(leftovers([asked, known, other, unknown], implied)).toEqual([other.id, unknown.id]);
  });

  it('does not include what the journal implies', () => {
    const output = [{ type: 'message' }, { type: 'function_call' }, { type: 'function_call' }];
    const usage = { modelCalls: 1, inputTokens: 1, cachedInputTokens: 0, outputTokens: 1, reasoningTokens: 0 };
    const entry: JournalEntry = {
      type: 'model',
      scope: '1.0',
      turn: 2,
      requestHash: '',
      agentId,
      model: 'demo/scripted',
      response: { output, usage },
      said: [
        { type: 'reasoning', text: 'Hm.' },
        { type: 'message', text: 'Yes.' },
      ],
      at,
    };

    expect([...impliedItems([entry])]).toEqual([
      ['1.0/2:0', 'Hm.'],
      ['1.0/2:1', 'Yes.'],
      ['1.0/2.0', undefined],
      ['1.0/2.1', undefined],
    ]);
  });
});
