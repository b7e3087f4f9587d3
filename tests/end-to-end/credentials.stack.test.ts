import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FaultModel, startFaultModel } from '../support/fault-model.ts';
import { agentText, fold } from '../support/fold.ts';
import { connect, hasEnded, type TestSocket } from '../support/test-socket.ts';
import { startTestStack, type TestStack } from '../support/test-stack.ts';
import { newUser, type TestUser } from '../support/test-user.ts';
import { say } from '../support/thread-client.ts';

const canary = 'canary-key-of-the-workspace-0001';
const second = 'canary-key-of-the-workspace-0002';

let model: FaultModel;
let door: Server;
let doorUrl: string;
/** The keys that the model's server was shown by runs. */
const shown: string[] = [];
const revoked = new Set<string>();
let stack: TestStack;
let user: TestUser;
let socket: TestSocket;

beforeAll(async () => {
  model = await startFaultModel();
  // In front of the model: knows which keys are good, and lists models as every provider does.
  door = createServer(async (request, response) => {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    if (!key.startsWith('canary-key') || revoked.has(key))
      return void response.writeHead(401).end('{"error":{"message":"No."}}');
    if (request.method === 'GET') return void response.writeHead(200).end('{"data":[]}');
    shown.push(key);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await fetch(`${model.url}/responses`, { method: 'POST', body: Buffer.concat(chunks) });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => void door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  doorUrl = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/v1`;
  stack = await startTestStack({ workerEnv: { DEFAULT_MODEL: 'openai/gpt-5-mini', MODEL_TRIES: '1' } });
  user = await newUser(stack, { email: 'olga@example.com', password: 'correct horse battery' });
  socket = await connect(stack.socketUrl, { token: user.token });
});
afterAll(async () => {
  await stack?.stop();
  await model?.stop();
  door?.closeAllConnections();
  door?.close();
});

async function runOnce() {
  model.behave({ kind: 'answer', text: 'Good morning.' });
  const { threadId, runId } = await say(socket, user, 'Hello');
  const stream = `thread:${threadId}` as const;
  await socket.askOk({ type: 'subscribe', stream, after: 0 });
  const events = await socket.until(stream, hasEnded(runId));
  return { events, view: fold(events), run: fold(events).runs[runId] };
}
const put = (apiKey: string) =>
  user.request('POST /v1/credentials', {
    body: { workspaceId: user.workspace.id, provider: 'openai', apiKey, baseUrl: doorUrl },
  });

/** Everything that the platform has written anywhere: logs, the log of events, Postgres, the queue, objects. */
function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it('works with the key that a workspace puts in, from the next run on, and lets nobody see it', async () => {
  const without = await runOnce();
  const refused = await put('wrong-key-of-somebody-else');
  const added = await put(canary);
  const first = await runOnce();
  const changed = await put(second);
  const next = await runOnce();
  const list = await user.request('GET /v1/credentials', { query: { workspaceId: user.workspace.id } });
  const models = await user.request('GET /v1/models', { query: { workspaceId: user.workspace.id } });

  expect(without.run).toMatchObject({ status: 'failed', error: { code: 'model_key_missing' } });
  expect(refused).toMatchObject({ status: 400 });
  expect(added).toMatchObject({ status: 201, body: { provider: 'openai', lastFour: '0001', status: 'valid' } });
  expect([agentText(first.view.items), agentText(next.view.items)]).toEqual(['Good morning.', 'Good morning.']);
  expect(shown).toEqual([canary, second]);
  expect(list.body).toMatchObject({ data: [{ lastFour: '0002', lastUsedAt: expect.any(String) }] });
  const told = JSON.stringify([refused, added, changed, list, models, without, first, next]);
  expect(told).not.toMatch(/canary-key|wrong-key/);
  const leaks = everyFile(stack.folder).filter((file) => /canary-key|wrong-key/.test(readFileSync(file, 'latin1')));
  expect(leaks).toEqual([]);
});

it('shows that a key is refused once a run has met its refusal, which the run explains', async () => {
  const keys = { query: { workspaceId: user.workspace.id } };
  const before = await user.call('GET /v1/credentials', keys);
  revoked.add(second);

  const { run } = await runOnce();
  const after = await user.call('GET /v1/credentials', keys);

  const message = expect.stringMatching(/^OpenAI refused the key of this workspace\. .+Settings, Models and keys/);
  expect(run).toMatchObject({ status: 'failed', error: { code: 'model_key_refused', message } });
  expect([before, after].map(({ data: [credential] }) => credential?.status)).toEqual(['valid', 'refused']);
});

it('runs without it once it is removed', async () => {
  const { data } = await user.call('GET /v1/credentials', { query: { workspaceId: user.workspace.id } });
  const [credential] = data;

  await user.call('DELETE /v1/credentials/{credentialId}', { path: { credentialId: credential?.id ?? '' } });
  const { run } = await runOnce();

  expect(run).toMatchObject({ status: 'failed', error: { code: 'model_key_missing' } });
});

it('is not for people who could not be found again, nor for strangers', async () => {
  const newcomer = await newUser(stack);
  const body = { provider: 'openai', apiKey: canary, baseUrl: doorUrl };

  const own = await newcomer.request('POST /v1/credentials', { body: { ...body, workspaceId: newcomer.workspace.id } });
  const foreign = await newcomer.request('POST /v1/credentials', { body: { ...body, workspaceId: user.workspace.id } });

  expect([own.status, foreign.status]).toEqual([403, 404]);
});
