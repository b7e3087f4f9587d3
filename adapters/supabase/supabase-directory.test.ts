import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PlatformError } from '#core/errors.ts';
import { newId } from '#core/ports/samples.contract.ts';
import type { OwnProjects } from './own-projects.ts';
import { createSupabaseDirectory } from './supabase-directory.ts';

/** The platform's database, and a workspace's project that answers with a status. */
let status: number;
let asked: string[];
let server: Server;
let url: string;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const name = request.url?.split('/').at(-1) ?? '';
    asked.push(name);
    response.writeHead(name === 'empty_data_project' ? status : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(name === 'empty_data_project' ? { code: '21000', message: 'no' } : 'ok'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

it.each([
  [503, 'project_unavailable'],
  [400, 'project_unusable'],
  [403, 'project_unusable'],
])('answers that a deleted workspace’s project was not emptied when that says %i', async (said, code) => {
  status = said;
  const project = { url, publishableKey: 'sb_publishable_ours' };
  const workspaceId = newId('wsp');
  const opened = { workspaceId, rest: project, access: { token: 'there' } };
  const projects: OwnProjects = { open: async () => opened, find: async () => opened, check: async () => {} };
  const directory = createSupabaseDirectory(project, projects, Date.now);

  const outcome = await directory.deleteWorkspace({ token: 'here' }, workspaceId, { name: 'A', withoutExport: true });

  expect(outcome).toBeInstanceOf(PlatformError);
  expect(outcome).toMatchObject({ code, message: expect.stringContaining('The workspace is deleted') });
  expect(asked).toEqual(['delete_workspace', 'empty_data_project']);
});

it('no migration deletes or changes all rows of a table without saying so: hosted projects refuse that', () => {
  const folder = new URL('../../supabase/migrations/', import.meta.url);
  const bare = readdirSync(folder).flatMap((file) => {
    const sql = readFileSync(new URL(file, folder), 'utf8').replace(/--.*$/gm, '');
    const statements = sql.matchAll(/^\s*(?:delete from|update \S+ set) [^;]*;/gm);
    return [...statements].flatMap(([text]) => (/\bwhere\b/.test(text) ? [] : [`${file}: ${text.trim()}`]));
  });

  expect(bare).toEqual([]);
});
