import { expect, it } from 'vitest';
import { createReadAhead } from './read-ahead.ts';
import { createWorld } from './testing.ts';

it("looks for the key of the agent's last model before the agent is there, and for that of its own behind it", async () => {
  let model = 'ours/first';
  const world = createWorld({
    agents: (agents) => ({
      ...agents,
      context: async (...asked) => {
        sought.push('agent');
        const found = await agents.context(...asked);
        return (
          found && { ...found, agents: found.agents.map((each) => ({ ...each, agent: { ...each.agent, model } })) }
        );
      },
    }),
  });
  const sought: string[] = [];
  const readAhead = createReadAhead({ ...world, runner: { lookAhead: (id) => void sought.push(id) } });
  const { runId } = await world.send('Hello');
  const record = await world.record(runId);

  const read = async () => {
    sought.length = 0;
    await readAhead(record).surroundings;
    await Promise.resolve();
    return [...sought];
  };

  expect(await read()).toEqual(['agent', 'ours/first']);
  expect((await read()).toSorted()).toEqual(['agent', 'ours/first', 'ours/first']);
  model = 'ours/second';
  expect(await read()).toEqual(['ours/first', 'agent', 'ours/second']);
});

it('is of a first attempt at the run that it was read for alone', async () => {
  const world = createWorld();
  const { runId } = await world.send('Hello');
  const record = { ...(await world.record(runId)), attempt: 1 };
  const ahead = createReadAhead({ ...world, runner: {} })(record);

  expect(ahead.isOf(record)).toBe(true);
  expect(ahead.isOf({ ...record, attempt: 2 })).toBe(false);
  expect(ahead.isOf({ ...record, agentId: world.hire('Bo') })).toBe(false);
});
