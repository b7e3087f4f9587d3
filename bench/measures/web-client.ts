import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildWeb, webFolder } from '#local/web/build-web.ts';
import type { Section } from '../report.ts';
import { sum } from '../statistics.ts';

/** What a browser loads before it can show anything: the scripts and styles that the page names. */
export async function measureWebClient(): Promise<Section> {
  await buildWeb();
  const page = readFileSync(join(webFolder, 'index.html'), 'utf8');
  const named = [...page.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '');
  const kB = (kind: string) =>
    sum(
      named.filter((path) => path.endsWith(kind)).map((path) => gzipSync(readFileSync(join(webFolder, path))).length),
    ) / 1000;
  return {
    title: 'Web client',
    figures: [
      {
        name: 'scripts and styles of the first load, gzip',
        value: kB('.js') + kB('.css'),
        unit: 'kB',
        note: `scripts ${kB('.js').toFixed(0)}, styles ${kB('.css').toFixed(0)}`,
        target: { atMost: 300 },
      },
    ],
  };
}
