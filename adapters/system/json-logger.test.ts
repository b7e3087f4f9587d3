import { expect, it } from 'vitest';
import { PlatformError, unavailable } from '#core/errors.ts';
import { createJsonLogger } from './json-logger.ts';

function createLogger(fields: Record<string, unknown> = {}) {
  const lines: string[] = [];
  const logger = createJsonLogger(fields, (line) => lines.push(line));
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') };
}

it('writes one line per event, with the fields of its parents', () => {
  const { logger, lines, last } = createLogger({ service: 'api' });

  logger.child({ runId: 'run_1' }).info({ tookMs: 7 }, 'run left\nand more');

  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('\n');
  expect(last()).toMatchObject({
    level: 'info',
    message: 'run left\nand more',
    service: 'api',
    runId: 'run_1',
    tookMs: 7,
  });
});

it('lets no field replace what every line has', () => {
  const { logger, last } = createLogger();

  logger.warn({ level: 'none', time: 'never', message: 'other' }, 'a push failed');

  expect(last()).toMatchObject({ level: 'warn', message: 'a push failed', time: expect.stringMatching(/^\d{4}-/) });
});

it('writes an error with its code, stack and all its causes, wherever it stands', () => {
  const { logger, last } = createLogger();
  const error = unavailable('The log', new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));

  logger.error({ error, more: [{ error: new PlatformError('conflict', 'late') }] }, 'a request failed');

  expect(last().error).toMatchObject({
    name: 'PlatformError',
    code: 'unavailable',
    stack: expect.stringContaining('json-logger.test.ts'),
    cause: { name: 'TypeError', message: 'fetch failed', cause: { message: 'ECONNREFUSED' } },
  });
  expect(last().more[0].error).toMatchObject({ code: 'conflict' });
});

it.each([
  ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2VjcmV0LXNpZ25hdHVyZQ', 'c2VjcmV0'],
  ['a JWT without a signature', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.', 'zZWNyZXQ'],
  ['a sub-protocol', 'troupe.v1, bearer.opaque-secret', 'opaque-secret'],
  ['a header', 'Authorization: Bearer opaque-secret=', 'opaque-secret'],
  ['a key of Supabase', 'sb_secret_abcdef123456', 'abcdef'],
  ['a key of a model provider', 'sk-proj-abcdef_123456', 'abcdef'],
  ['a key of Google', 'AIzaSyabcdefghijklmnopqrstuvwxyz0123456', 'abcdef'],
  ['a key of Hugging Face', 'hf_abcdefghijklmnop', 'abcdef'],
])('cuts %s out of what it writes', (_, text, secret) => {
  const { logger, lines } = createLogger();

  logger.error({ error: new Error(`refused: ${text}\n`, { cause: new Error(text) }), url: text, [text]: 1 }, text);

  expect(lines.at(-1)).toContain('[redacted]');
  expect(lines.at(-1)).not.toContain(secret);
  expect(() => JSON.parse(lines.at(-1) ?? '')).not.toThrow();
});

it('never throws, whatever it is given', () => {
  const { logger, last } = createLogger();
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;

  logger.error({ circle }, 'a request failed');
  expect(last()).toMatchObject({ level: 'error', message: 'a request failed', unwritable: true });
  logger.info({ size: 1n, nothing: undefined }, 'counted');
  expect(last()).toMatchObject({ size: '1', message: 'counted' });
});
