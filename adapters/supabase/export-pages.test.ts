import { expect, it } from 'vitest';
import { newId } from '#core/ports/samples.contract.ts';
import { exportPage } from './export-pages.ts';
import { createPostgrest } from './postgrest.ts';
import { encodeCursor } from './rows.ts';

const workspaceId = newId('wsp');
const access = { token: 'token' };

/** Which database was asked for a page, in order. */
async function exported(ofPlatform: unknown, cursor?: string) {
  const asked: string[] = [];
  const answers =
    (name: string, answer: unknown): typeof fetch =>
    async () => {
      asked.push(name);
      return Response.json(answer);
    };
  const rest = (name: string, answer: unknown) => ({
    url: `http://${name}.test`,
    publishableKey: 'sb_publishable_none',
    fetch: answers(name, answer),
  });
  const there = { workspaceId, access, rest: rest('project', { rows: [], next: null }) };
  const find = async () => there;
  const projects = { find, open: find, check: async () => {} };
  const parts = { rest: createPostgrest(rest('platform', ofPlatform)), projects };
  return { page: await exportPage(parts, access, workspaceId, cursor), asked };
}

const inside = encodeCursor({ table: 'threads', offset: 0, elsewhere: true });

it.each([undefined, inside])('asks the platform before any page of the project (%s)', async (cursor) => {
  const { page, asked } = await exported({ rows: [], next: null }, cursor);

  expect(asked).toEqual(['platform', 'project']);
  expect(page?.nextCursor).not.toBeNull();
});

it('asks the project nothing when the platform says no', async () => {
  expect(await exported(null, inside)).toEqual({ page: null, asked: ['platform'] });
});
