import { describe, expect, it } from 'vitest';
import { unavailable } from '#core/errors.ts';
import { createWorld, startMs } from '#core/use-cases/testing.ts';
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

  it('takes away what was deleted and sends mails also when no repair can be done, and fails then', async () => {
    const world = createWorld();
    world.purge({ kind: 'workspace', subject: world.olga.workspaceId });
    world.mail({
      id: world.deps.newId('inv'),
      email: 'ben@example.com',
      role: 'member',
      workspaceName: 'Acme',
      inviterName: null,
      expiresAt: '2030-01-01T00:00:00.000Z',
    });
    const runs = {
      ...world.deps.runs,
      listDue: async () => {
        throw unavailable('The run store', new Error('down'));
      },
    };

    await expect(createSweepHandler({ ...world.deps, runs })()).rejects.toMatchObject({ code: 'unavailable' });

    expect(world.erased).toEqual([`workspace:${world.olga.workspaceId}`]);
    expect(world.sent).toHaveLength(1);
  });

  it('forgets connections whose client has gone without a word, and leaves the others', async () => {
    const world = createWorld();
    const listen = async (connectionId: string, expiresAtMs: number) => {
      await world.deps.connections.open({ ...world.olga, connectionId, expiresAtMs });
      await world.deps.connections.subscribe({ connectionId, expiresAtMs }, `user:${world.olga.userId}`);
    };
    await listen('gone', startMs + 60_000);
    await listen('here', startMs + 3_600_000);
    world.pass(60_000 + 10 * 60_000 + 1);

    const report = await createSweepHandler(world.deps)();
    const again = await createSweepHandler(world.deps)();

    expect([report.forgotten, again.forgotten]).toEqual([1, 0]);
    const listeners = await world.deps.connections.subscribers(`user:${world.olga.userId}`);
    expect(listeners.map(({ connectionId }) => connectionId)).toEqual(['here']);
    expect(world.metrics.recorded).toMatchObject({
      SweepRepairs: [0, 0],
      'SweepRepairsByKind forgotten': [1],
    });
  });

  it('goes on with the others when one cannot be forgotten', async () => {
    const world = createWorld();
    for (const connectionId of ['one', 'two'])
      await world.deps.connections.open({ ...world.olga, connectionId, expiresAtMs: startMs });
    world.pass(10 * 60_000 + 1);
    const connections = {
      ...world.deps.connections,
      close: (id: string) =>
        id === 'one' ? Promise.reject(unavailable('A table', new Error('down'))) : world.deps.connections.close(id),
    };

    const report = await createSweepHandler({ ...world.deps, connections })();

    expect(report).toMatchObject({ forgotten: 1, failed: 1 });
    expect(await world.deps.connections.get('two')).toBeNull();
  });

  it('says so too when there was nothing to do, so that alarms have data', async () => {
    const world = createWorld();

    await createSweepHandler(world.deps)();

    expect(world.metrics.recorded).toEqual({ SweepRepairs: [0], SweepFailures: [0] });
  });
});
