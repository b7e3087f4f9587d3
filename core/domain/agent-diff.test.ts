import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { AgentContent } from '../protocol/agent-content.ts';
import { diffAgents, isEqual } from './agent-diff.ts';
import { diffLines } from './line-diff.ts';

const content = (changes: Partial<AgentContent> = {}) =>
  AgentContent.parse({
    name: 'Ada',
    description: '',
    instructions: 'One\nTwo',
    model: 'default',
    tools: [],
    ...changes,
  });

describe('diffAgents', () => {
  it('finds nothing between the same, whatever the order of keys', () => {
    const [a, b] = [
      { temperature: 1, maxOutputTokens: 5 },
      { maxOutputTokens: 5, temperature: 1 },
    ];

    expect(diffAgents(content({ settings: a }), content({ settings: b }))).toEqual([]);
  });

  it('names each field with what it was and is, and long texts line by line', () => {
    const target = newId('agt');

    const changes = diffAgents(content(), content({ name: 'Eve', instructions: 'One\nThree', handoffs: [target] }));

    expect(changes).toEqual([
      { field: 'name', before: 'Ada', after: 'Eve' },
      {
        field: 'instructions',
        before: 'One\nTwo',
        after: 'One\nThree',
        lines: [
          { kind: 'same', text: 'One' },
          { kind: 'removed', text: 'Two' },
          { kind: 'added', text: 'Three' },
        ],
      },
      { field: 'handoffs', before: [], after: [target] },
    ]);
  });

  it('shows every field of a first version', () => {
    expect(diffAgents(null, content()).map(({ field }) => field)).toEqual(AgentContent.keyof().options);
  });

  it('takes a list in another order for another list', () => {
    expect(diffAgents(content({ tools: ['a', 'b'] }), content({ tools: ['b', 'a'] }))).toHaveLength(1);
  });
});

it('knows equal JSON', () => {
  for (const value of fc.sample(fc.jsonValue(), 200))
    expect(isEqual(value, JSON.parse(JSON.stringify(value)))).toBe(true);
  expect(isEqual(-0, 0)).toBe(true);
  expect(isEqual([], {})).toBe(false);
  expect(isEqual({ a: undefined }, {})).toBe(false);
  expect(isEqual(null, {})).toBe(false);
});

describe('diffLines', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1, maxLength: 30 })
    .map((lines) => lines.join('\n'));

  it('has both texts in it', () => {
    for (const [before, after] of fc.sample(fc.tuple(text, text), 300)) {
      const lines = diffLines(before, after);
      const without = (kind: string) =>
        lines
          .filter((line) => line.kind !== kind)
          .map((line) => line.text)
          .join('\n');

      expect(without('added')).toBe(before);
      expect(without('removed')).toBe(after);
    }
  });

  it('changes no more than it must', () => {
    expect(diffLines('a\nb\nc\nd', 'a\nx\nc\nd').filter(({ kind }) => kind !== 'same')).toHaveLength(2);
  });

  it('takes a text that differs too much for a new one, in good time', () => {
    const [before, after] = ['a', 'b'].map((sign) => Array.from({ length: 5_000 }, (_, i) => `${sign}${i}`).join('\n'));

    expect(diffLines(before ?? '', after ?? '')).toHaveLength(10_000);
  });
});
