import { describe, expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import type { JournalEntry } from './journal.ts';
import { modelCallsIn, usageOf } from './paid-calls.ts';

const agentId = newId('agt');
const question = { scope: '', turn: 1, agentId, model: 'openai/gpt-5.2', at: '2026-11-21T09:00:00.000Z' };
const took = { modelCalls: 1, inputTokens: 10, cachedInputTokens: 4, outputTokens: 5, reasoningTokens: 2 };
const began: JournalEntry = { type: 'began', owner: 'worker' };
const asked: JournalEntry = { type: 'asked', ...question, inputTokens: 7, keyOf: 'workspace' };
const cut = (usage: Partial<typeof took> = {}, isEstimate = true): JournalEntry => ({
  type: 'cut',
  ...question,
  usage: { ...took, modelCalls: 0, ...usage },
  isEstimate,
});
const answered: JournalEntry = {
  type: 'model',
  ...question,
  requestHash: '',
  response: { output: [], usage: took },
  said: [],
};
const namesOf = (entries: JournalEntry[], isOver = false) =>
  modelCallsIn(entries, { isOver }).map(({ callId, outcome, isEstimate }) => [callId, outcome, isEstimate]);

describe('the paid calls of a journal', () => {
  it('are its answers, each with whose key paid for it', () => {
    const calls = modelCallsIn([began, asked, answered]);

    expect(calls).toMatchObject([
      { callId: '1', outcome: 'answered', keyOf: 'workspace', usage: took, isEstimate: false },
    ]);
  });

  it('have the names that they had in a journal of an older form', () => {
    expect(namesOf([began, answered, { ...answered, turn: 2 }])).toEqual([
      ['1', 'answered', false],
      ['2', 'answered', false],
    ]);
  });

  it('are answers that broke off, too, and the same question asked again is another one', () => {
    expect(namesOf([began, asked, cut(), asked, answered])).toEqual([
      ['1', 'cut', true],
      ['1~2', 'answered', false],
    ]);
  });

  it('are not those that the provider refused', () => {
    const nothing = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, reasoningTokens: 0 };

    expect(namesOf([began, asked, cut(nothing, false), asked, answered])).toEqual([['1~2', 'answered', false]]);
  });

  it('are what a dead worker has asked, once somebody else has begun or the run is over', () => {
    expect(namesOf([began, asked])).toEqual([]);
    expect(namesOf([began, asked], true)).toEqual([['1', 'lost', true]]);
    expect(namesOf([began, asked, began, asked, answered])).toEqual([
      ['1', 'lost', true],
      ['1~2', 'answered', false],
    ]);
  });

  it('keep their names whenever they are asked for, so that each is billed once', () => {
    const entries = [began, asked, began, asked, cut(), began, asked, answered];
    const whole = modelCallsIn(entries, { isOver: true });

    for (let length = 0; length <= entries.length; length += 1) {
      for (const call of modelCallsIn(entries.slice(0, length))) expect(whole).toContainEqual(call);
    }
  });

  it('add up, with how many are estimates and whose keys they took', () => {
    const own: JournalEntry = { type: 'asked', ...question, turn: 2, inputTokens: 1, keyOf: 'platform' };

    expect(usageOf(modelCallsIn([began, asked, cut(), asked, answered, own], { isOver: true }))).toEqual({
      modelCalls: 1,
      inputTokens: 21,
      cachedInputTokens: 8,
      outputTokens: 10,
      reasoningTokens: 4,
      estimatedCalls: 2,
      keys: ['workspace', 'platform'],
    });
    expect(usageOf([])).not.toHaveProperty('keys');
  });
});
