import { describe, expect, it } from 'vitest';
import { reconcile } from './ecs-service.ts';

const task = (createdAt: number, protectedUntil = 0) => ({ createdAt, protectedUntil });

describe('reconcile', () => {
  it('starts what is missing', () => {
    expect(reconcile(3, [task(1)], 10)).toEqual({ start: 2, stop: [] });
  });

  it('stops the newest that are too many, but no protected one', () => {
    const [old, middle, young] = [task(1), task(2), task(3, 99)];

    expect(reconcile(1, [old, middle, young], 10)).toEqual({ start: 0, stop: [middle, old] });
    expect(reconcile(1, [old, middle, young], 100)).toEqual({ start: 0, stop: [young, middle] });
  });

  it('leaves a service alone that is as it should be', () => {
    expect(reconcile(1, [task(1)], 10)).toEqual({ start: 0, stop: [] });
  });
});
