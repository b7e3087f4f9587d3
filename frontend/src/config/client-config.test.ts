import { describe, expect, it } from 'vitest';
import { loadConfig } from './client-config.ts';

const complete = { apiUrl: '', socketUrl: 'ws://localhost/socket', supabaseUrl: '', supabaseKey: 'k', stage: 'local' };
const answering =
  (body: string, status = 200): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));

describe('loadConfig', () => {
  it('reads what the server says', async () => {
    const result = await loadConfig(answering(JSON.stringify(complete)));

    expect(result).toEqual({ status: 'ready', config: { ...complete, authProviders: [] } });
  });

  it('names the fields that are missing or wrong', async () => {
    const result = await loadConfig(
      answering(JSON.stringify({ ...complete, socketUrl: 'http://x', stage: undefined })),
    );

    expect(result.status === 'invalid' && result.problems.map((problem) => problem.split(':')[0])).toEqual([
      'socketUrl',
      'stage',
    ]);
  });

  it('tells a missing document from a server that is down', async () => {
    const missing = await loadConfig(answering('not found', 404));
    const down = await loadConfig(() => Promise.reject(new TypeError('failed to fetch')));

    expect(missing).toEqual({ status: 'invalid', problems: ['the server answered 404'] });
    expect(down).toEqual({ status: 'unreachable' });
  });
});
