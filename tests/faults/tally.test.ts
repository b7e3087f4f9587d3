import { expect, it } from 'vitest';
import { type Entry, tally } from './tally.ts';

const whole: Entry = { kind: 'kill', happened: 2, damage: null };

it('passes when every kind of fault has happened and nothing was damaged', () => {
  const { passed, injected, kinds } = tally([whole, { kind: 'kill', happened: 0, damage: null }]);

  expect(passed).toBe(true);
  expect(injected).toBe(2);
  expect(kinds).toEqual([{ kind: 'kill', tried: 2, happened: 1, damaged: 0 }]);
});

it('fails for a kind of which not one happened, and says which', () => {
  const { passed, missing } = tally([whole, { kind: 'rolling restart', happened: 0, damage: null }]);

  expect(passed).toBe(false);
  expect(missing).toEqual(['rolling restart']);
});

it('fails for a damage, and when nothing was tried', () => {
  expect(tally([whole, { ...whole, damage: 'charged twice' }])).toMatchObject({ passed: false, damaged: 1 });
  expect(tally([]).passed).toBe(false);
});
