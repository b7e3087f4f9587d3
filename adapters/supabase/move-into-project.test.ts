import { expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { moveIntoProject } from './move-into-project.ts';

/** Both databases answer what is laid down, call by call; null when nothing is. */
async function move(answers: Record<string, unknown[]>) {
  const asked: [string, unknown][] = [];
  const answer: typeof fetch = async (url, given) => {
    const name = new URL(String(url)).pathname.split('/').at(-1) ?? '';
    asked.push([name, JSON.parse(String(given?.body))]);
    return Response.json(answers[name]?.shift() ?? null);
  };
  const [workspaceId, access] = [newId('wsp'), { token: 'token' }];
  const rest = { url: 'http://database.test', publishableKey: 'sb_publishable_none', fetch: answer };
  const open = async () => ({ workspaceId, rest, access });
  const projects = { open, find: open, check: async () => {} };
  return { moved: await moveIntoProject({ project: rest, projects, access }, workspaceId), asked };
}

it('takes a thread that was deleted meanwhile out of the project again', async () => {
  const thread = { id: newId('thr'), title: null, checkpoint_seq: 3 };

  const { moved, asked } = await move({ thread_to_move: [{ thread }], thread_was_moved: [null] });

  expect(asked).toContainEqual(['drop_thread', { p_thread_id: thread.id }]);
  expect(moved).toEqual({ threads: 0, agents: 0, left: 0 });
});

it('takes the memories of an agent that has none any more out of the project again', async () => {
  const rows = [{ path: 'a.md' }];

  const { moved, asked } = await move({
    memories_to_move: [{ agentId: newId('agt'), rows }],
    memories_were_moved: [null],
  });

  expect(asked).toContainEqual(['drop_memories', { p_rows: rows }]);
  expect(moved).toEqual({ threads: 0, agents: 0, left: 0 });
});

it('copies again what was changed meanwhile, and takes nothing out', async () => {
  const found = { thread: { id: newId('thr'), title: null, checkpoint_seq: 3 } };

  const { moved, asked } = await move({ thread_to_move: [found, found], thread_was_moved: [false, true] });

  expect(asked.map(([name]) => name).filter((name) => name === 'drop_thread')).toEqual([]);
  expect(moved).toEqual({ threads: 1, agents: 0, left: 0 });
});
