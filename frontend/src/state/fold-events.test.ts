import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEvents, emptyThreadView } from '#core/protocol/thread-view.ts';
import { answering } from '../../testing/protocol-fixtures.ts';
import { foldEvents } from './fold-events.ts';

const events = answering('one ', 'two ', 'three ', 'four ', 'five');
const empty = { view: emptyThreadView, ahead: new Map() };

describe('foldEvents', () => {
  it('waits for what is missing and then applies what lay ahead', () => {
    const [first, second, third] = events;
    if (!first || !second || !third) throw new Error('the fixture has three events');

    const waiting = foldEvents(empty, [first, third]);
    const whole = foldEvents(waiting, [second]);

    expect(waiting.view.seq).toBe(1);
    expect(whole.view.seq).toBe(3);
    expect(whole.ahead.size).toBe(0);
  });

  it('ends the same in whatever order, how often and in whatever pieces the events come', () => {
    const expected = applyEvents(emptyThreadView, events);

    fc.assert(
      fc.property(
        fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
        fc.integer({ min: 1, max: 5 }),
        (order, size) => {
          let folded: Parameters<typeof foldEvents>[0] = empty;
          for (let start = 0; start < order.length; start += size) {
            folded = foldEvents(folded, order.slice(start, start + size));
          }
          expect(folded.view).toEqual(expected);
        },
      ),
    );
  });
});
