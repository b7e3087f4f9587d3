import { describe, expect, it } from 'vitest';
import { lambdaTarget } from './schedule-target.ts';
import { type Clock, compileSchedule, startScheduler } from './scheduler.ts';

/** A clock that a test moves. */
function manualClock(start: string): Clock & { advance(ms: number): Promise<void> } {
  let now = Date.parse(start);
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: () => now,
    setTimer: (run, delayMs) => {
      const timer = { at: now + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        const [due] = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!due) break;
        timers.delete(due);
        now = due.at;
        due.run();
        await Promise.resolve();
      }
      now = end;
    },
  };
}

describe('startScheduler', () => {
  it('runs a rate from its start on and a cron at its times', async () => {
    const clock = manualClock('2026-03-11T10:20:30Z');
    const runs: string[] = [];
    const target = async (run: { scheduleName: string; scheduledAt: Date }) => {
      runs.push(`${run.scheduleName} ${run.scheduledAt.toISOString().slice(11, 19)}`);
    };
    startScheduler({
      clock,
      schedules: [
        { name: 'sweep', expression: 'rate(5 minutes)', target },
        { name: 'report', expression: 'cron(30 10 * * ? *)', target },
      ],
    });

    await clock.advance(10 * 60_000);

    expect(runs).toEqual(['sweep 10:25:30', 'report 10:30:00', 'sweep 10:30:30']);
  });

  it('goes on after a failed run and reports it', async () => {
    const clock = manualClock('2026-03-11T10:20:30Z');
    const errors: unknown[] = [];
    let runs = 0;
    const target = async () => {
      runs += 1;
      throw new Error('no');
    };
    startScheduler({
      clock,
      schedules: [{ name: 'sweep', expression: 'rate(1 hour)', target }],
      onError: (name, error) => errors.push([name, error]),
    });

    await clock.advance(2 * 3_600_000);

    expect(runs).toBe(2);
    expect(errors).toContainEqual(['sweep', new Error('no')]);
  });

  it('reaches a time that is further away than a timer can be set', async () => {
    const clock = manualClock('2026-03-11T10:20:30Z');
    const runs: string[] = [];
    const target = async (run: { scheduledAt: Date }) => void runs.push(run.scheduledAt.toISOString());
    startScheduler({ clock, schedules: [{ name: 'yearly', expression: 'cron(0 0 1 1 ? *)', target }] });

    await clock.advance(300 * 86_400_000);

    expect(runs).toEqual(['2027-01-01T00:00:00.000Z']);
  });

  it('skips the times that passed while the machine slept', async () => {
    let now = 0;
    const woken: (() => void)[] = [];
    const setTimer = (run: () => void) => {
      woken.push(run);
      return () => {};
    };
    const clock = { now: () => now, setTimer };
    const runs: number[] = [];
    const target = async (run: { scheduledAt: Date }) => void runs.push(run.scheduledAt.getTime());
    startScheduler({ clock, schedules: [{ name: 'sweep', expression: 'rate(1 minute)', target }] });

    now = 600_500;
    woken.shift()?.();
    now = 660_500;
    woken.shift()?.();

    expect(runs).toEqual([60_000, 660_500]);
  });

  it('starts nothing after stop() and waits for what runs', async () => {
    const clock = manualClock('2026-03-11T10:20:30Z');
    const finish = Promise.withResolvers<void>();
    let runs = 0;
    const target = async () => {
      runs += 1;
      await finish.promise;
    };
    const scheduler = startScheduler({ clock, schedules: [{ name: 'sweep', expression: 'rate(1 minute)', target }] });
    await clock.advance(60_000);

    const stopped = scheduler.stop();
    await clock.advance(600_000);
    finish.resolve();
    await stopped;

    expect(runs).toBe(1);
  });
});

describe('compileSchedule', () => {
  it.each(['rate(0 minutes)', 'rate(5 weeks)', 'every minute', 'cron(* * * * *)'])('refuses %s', (expression) => {
    expect(() => compileSchedule(expression)).toThrow();
  });
});

describe('lambdaTarget', () => {
  it('invokes the function with its input and the context attributes filled in', async () => {
    const events: unknown[] = [];
    const lambda = { name: 'sweep', handler: async (event: unknown) => void events.push(event) };
    const target = lambdaTarget(lambda, { at: '<aws.scheduler.scheduled-time>' });

    await target({ scheduleName: 'sweep', scheduledAt: new Date('2026-03-11T10:20:00Z') });

    expect(events).toEqual([{ at: '2026-03-11T10:20:00.000Z' }]);
  });

  it('fails when the function fails', async () => {
    const target = lambdaTarget({ name: 'sweep', handler: () => Promise.reject(new Error('no')) });

    await expect(target({ scheduleName: 'sweep', scheduledAt: new Date(0) })).rejects.toThrow('no');
  });
});
