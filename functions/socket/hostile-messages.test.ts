import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ClientMessage, ServerMessage } from '#core/protocol/socket.ts';
import { createWorld } from '#core/use-cases/testing.ts';
import { arbitraryOf, hostileText, type Known } from '#tests/support/schema-arbitrary.ts';
import { socketEvent, verifierOf } from '../testing.ts';
import { createSocketHandler } from './handler.ts';

/** The platform in memory with a run of Olga's, and two sockets to say things on. */
async function createPlatform() {
  const world = createWorld();
  const verifier = verifierOf({ olga: world.olga, sven: world.sven });
  const handle = createSocketHandler({ ...world.deps, verifier, tickets: world.deps.connections });
  for (const name of ['olga', 'sven'] as const)
    await world.deps.connections.open({ ...world[name], connectionId: name });
  const run = await world.start(world.olga, { agentId: world.olga.agentId, input: { text: 'Hello' } });
  const known: Known = {
    definitions: {},
    ids: {
      agt: [world.olga.agentId, world.sven.agentId],
      thr: [run.threadId, run.threadId, world.deps.newId('thr')],
      run: [run.runId, run.runId, world.deps.newId('run')],
      itm: [run.inputItemId],
      apr: [world.deps.newId('apr')],
    },
    fields: {
      id: ['1'],
      token: ['olga', 'sven', 'old'],
      after: [0, 1],
      stream: ['user', `thread:${run.threadId}`, `workspace:${world.olga.workspaceId}`],
    },
  };
  const say = async (connectionId: string, body: string) => {
    const reply = await handle(socketEvent('$default', connectionId, { body }));
    expect(reply.statusCode).toBe(200);
    return ServerMessage.parse(JSON.parse(reply.body ?? ''));
  };
  /** Everything that a message could have changed. */
  const state = async () => ({
    thread: await world.events(`thread:${run.threadId}`),
    feed: await world.events(`user:${world.olga.userId}`),
    record: await world.record(run.runId),
    live: await world.deps.runs.listLive({ workspaceId: world.olga.workspaceId, limit: 100 }),
    elsewhere: await world.deps.runs.listLive({ workspaceId: world.sven.workspaceId, limit: 100 }),
    connections: await Promise.all(['olga', 'sven'].map((id) => world.deps.connections.get(id))),
  });
  return { world, say, state, known };
}

const types = ClientMessage.options.map((option) => option.shape.type.value);
const schemaOf = (type: string): unknown => {
  const option = ClientMessage.options.find((each) => each.shape.type.value === type);
  if (!option) throw new Error(`there is no message ${type}`);
  return z.toJSONSchema(option, { io: 'input', unrepresentable: 'any', reused: 'inline' });
};

describe('whatever is said', () => {
  it.each(types)(
    '%s is answered once, by ok or by what is wrong, and then nothing has changed',
    async (type) => {
      const { world, say, state, known } = await createPlatform();
      const message = fc.oneof(
        { weight: 12, arbitrary: arbitraryOf(schemaOf(type), known).map((value) => JSON.stringify(value) ?? '') },
        { weight: 1, arbitrary: hostileText },
        { weight: 1, arbitrary: hostileText.map((text) => JSON.stringify({ id: text, type, [text]: text })) },
      );
      let before = await state();

      await fc.assert(
        fc.asyncProperty(fc.constantFrom('olga', 'olga', 'sven'), message, async (connectionId, body) => {
          const reply = await say(connectionId, body);

          const after = await state();
          if (reply.type === 'error') {
            expect(['internal', 'unavailable']).not.toContain(reply.error.code);
            expect(after).toEqual(before);
          }
          before = after;
        }),
        { numRuns: 60, endOnFailure: true },
      );

      expect(world.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
    60_000,
  );
});
