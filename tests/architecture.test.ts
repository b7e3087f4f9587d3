import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Who may import whom. A name with a slash is a folder within; `sdk` is any package from npm; `node` is Node's own modules. */
const mayImport: Record<string, readonly string[]> = {
  'core/protocol': ['core/protocol', 'sdk:zod'],
  core: ['core', 'core/protocol', 'sdk:zod'],
  adapters: ['core', 'core/protocol', 'adapters', 'sdk', 'node'],
  functions: ['core', 'core/protocol', 'functions', 'sdk:zod', 'sdk:@middy/core', 'sdk:aws-lambda', 'node'],
  containers: ['core', 'core/protocol', 'containers', 'sdk:zod', 'node'],
  frontend: ['core/protocol', 'frontend', 'sdk', 'node'],
  infra: ['core', 'core/protocol', 'infra', 'sdk', 'node'],
  local: ['core', 'core/protocol', 'adapters', 'functions', 'containers', 'local', 'sdk', 'node'],
};

/** Files that put the parts together may choose adapters; tests may use whatever they need. */
const isEntry = (file: string) => /\/(lambda|main|deps)\.ts$/.test(file);
const isTest = (file: string) => /\.(test|contract)\.tsx?$|\/testing(\.ts|\/)/.test(file);

const sources = Object.keys(mayImport)
  .filter((folder) => !folder.includes('/'))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('node_modules') && !isTest(file));

const importPattern =
  /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(importPattern)].flatMap((match) => match[1] ?? match[2] ?? match[3] ?? []);
}

const folderOf = (file: string): string =>
  file.startsWith('core/protocol/') ? 'core/protocol' : (file.split('/')[0] ?? '');

/** What an import is, in the words of the table. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return folderOf(relative(root, resolve(root, dirname(file), specifier)));
  if (specifier.startsWith('#')) return folderOf(specifier.slice(1));
  if (specifier.startsWith('node:')) return 'node';
  return `sdk:${specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')}`;
}

function isAllowed(file: string, target: string): boolean {
  const allowed = mayImport[folderOf(file)] ?? [];
  if (allowed.includes(target) || (target.startsWith('sdk:') && allowed.includes('sdk'))) return true;
  return isEntry(file) && target === 'adapters';
}

it('reads the sources of every folder', () => {
  const seen = new Set(sources.map((file) => file.split('/')[0]));

  expect([...seen].sort()).toEqual(['adapters', 'containers', 'core', 'frontend', 'functions', 'infra', 'local']);
  expect(sources.flatMap(importsOf).length).toBeGreaterThan(300);
});

it('keeps the import table', () => {
  const broken = sources.flatMap((file) =>
    importsOf(file)
      .map((specifier) => ({ specifier, target: targetOf(file, specifier) }))
      .filter(({ target }) => !isAllowed(file, target))
      .map(({ specifier }) => `${file} imports ${specifier}`),
  );

  expect(broken).toEqual([]);
});

it('lets no other folder import infra, local or the frontend', () => {
  const outside = ['infra', 'local', 'frontend'];
  const broken = sources.flatMap((file) =>
    importsOf(file)
      .map((specifier) => targetOf(file, specifier))
      .filter((target) => outside.includes(target) && target !== folderOf(file))
      .map((target) => `${file} imports ${target}`),
  );

  expect(broken).toEqual([]);
});

it('keeps files short enough to read', () => {
  const long = sources.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 300);

  expect(long).toEqual([]);
});
