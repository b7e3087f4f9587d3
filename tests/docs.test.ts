import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ErrorCode } from '#core/protocol/errors.ts';
import { routeKeys } from '#core/protocol/routes.ts';
import { ClientMessage } from '#core/protocol/socket.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const pages = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

describe.each(pages)('%s', (page) => {
  it('links to files that are there', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map((match) => match[1] ?? '');

    const broken = links.filter((link) => !existsSync(resolve(root, dirname(page), link)));

    expect(broken).toEqual([]);
  });

  it('names commands and files that exist', () => {
    const text = read(page);
    const commands = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
    const files = [
      ...text.matchAll(
        /`((?:core|adapters|functions|containers|local|infra|supabase|tests|bench|frontend)\/[\w./-]+\.\w+)`/g,
      ),
    ];

    expect(commands.filter((name) => !(name in scripts))).toEqual([]);
    expect(files.map((match) => match[1] ?? '').filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});

it('the API page lists every route and every error, and no other', () => {
  const text = read('docs/api.md');
  const listed = [...text.matchAll(/^\| `((?:GET|POST|PUT|PATCH|DELETE) [^?`]+)/gm)].map((match) => match[1]?.trim());

  expect(listed.toSorted()).toEqual(routeKeys.toSorted());
  for (const code of ErrorCode.options) expect(text).toContain(`\`${code}\``);
});

it('the protocol page lists every message', () => {
  const text = read('docs/protocol.md');

  for (const option of ClientMessage.options) expect(text).toContain(`| \`${option.shape.type.value}\` |`);
});
