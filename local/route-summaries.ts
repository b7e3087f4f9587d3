// What docs/api.md says of each route, for the OpenAPI document.
import { readFileSync } from 'node:fs';

const row = /^\| `((?:GET|POST|PUT|PATCH|DELETE) [^?` ]+)[^|]*\|(.+)\|\s*$/gm;

/** By the key of the route; links and marks are taken off. */
export function routeSummaries(): Record<string, string> {
  const text = readFileSync(new URL('../docs/api.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(row)].map(([, key = '', words = '']) => [key, plain(words)] as const);
  return Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const plain = (markdown: string): string =>
  markdown
    .trim()
    .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replaceAll(/[*`]/g, '');
