// Freezes what has changed of the stored forms: writes a new version of each beside those that are there, which stay as they
// are. Run it after a change that tests/formats refuses, and read what it writes: earlier workers will meet it.
// node tests/formats/freeze.ts, and `node tests/formats/freeze.ts run` for a run under way as well

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { messageOfToday, rowsOfToday } from './row-formats.ts';
import { runOfToday } from './run-under-way.ts';
import { outlineOf, storedSchemas } from './schemas.ts';

const formats = new URL('../fixtures/formats/', import.meta.url);

function freeze(folder: string, name: string, today: unknown): void {
  const at = new URL(`${folder}/${name}/`, formats);
  if (!existsSync(at)) mkdirSync(at, { recursive: true });
  const versions = readdirSync(at).map((file) => Number(/^v(\d+)\.json$/.exec(file)?.[1]));
  const newest = Math.max(0, ...versions);
  const frozen: unknown = newest > 0 ? JSON.parse(readFileSync(new URL(`v${newest}.json`, at), 'utf8')) : undefined;
  if (isDeepStrictEqual(frozen, today)) return;
  const file = new URL(`v${newest + 1}.json`, at);
  writeFileSync(file, `${JSON.stringify(today, null, 2)}\n`);
  process.stdout.write(`${file.pathname}\n`);
}

for (const [name, schema] of Object.entries(storedSchemas)) freeze('schemas', name, outlineOf(schema));
for (const [name, rows] of Object.entries(rowsOfToday)) freeze('rows', name, await rows());
freeze('.', 'queue-body', messageOfToday());
if (process.argv.includes('run')) freeze('.', 'runs-under-way', await runOfToday());
