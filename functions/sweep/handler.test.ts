import { describe, expect, it } from 'vitest';
import { createWorld } from '#core/use-cases/testing.ts';
import { createSweepHandler } from './handler.ts';

describe('the sweep’s handler', () => {
  it('says what was put right, as a metric too', async () => {
    const world = createWorld();
    await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
    world.pass(2 * 3_600_000 + 1);

    const report = await createSweepHandler(world.deps)();

    expect(report).toMatchObject({ accepted: 0, requeued: 0, settled: 0, given_up: 1, failed: 0 });
    expect(world.metrics.recorded).toMatchObject({
      SweepRepairs: [1],
      SweepFailures: [0],
      'SweepRepairsByKind given_up': [1],
    });
    expect(world.lines).toContainEqual({ level: 'info', message: 'swept', fields: report });
  });

  it('says so too when there was nothing to do, so that alarms have data', async () => {
    const world = createWorld();

    await createSweepHandler(world.deps)();

    expect(world.metrics.recorded).toEqual({ SweepRepairs: [0], SweepFailures: [0] });
  });
});
