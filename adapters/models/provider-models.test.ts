import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { PlatformError } from '#core/errors.ts';
import type { CredentialFinder, OpenCredential } from '#core/ports/credential-finder.ts';
import type { RunContext, ServerTool } from '#core/ports/tool.ts';
import type { ModelSettings } from '#core/protocol/agent.ts';
import { createModelResolver } from './model-resolver.ts';
import { endsOf, runTask, sampleTask, serve, sse, textOf } from './testing.ts';

const mock = new LLMock({ port: 0, host: '127.0.0.1' });
beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => {
  mock.clearFixtures();
  mock.clearRequests();
});
afterEach(() => vi.unstubAllEnvs());

const key = 'key-of-the-workspace';

/** Each provider with a model, where its API begins on a server that speaks all of them, and how it says that a filter was at work. */
const providers: readonly { model: string; path: string; filters?: string[] }[] = [
  { model: 'openai/gpt-5-mini', path: '/v1', filters: [] },
  { model: 'openai-chat/gpt-4.1', path: '/v1' },
  { model: 'azure/our-deployment', path: '/v1', filters: [] },
  { model: 'anthropic/claude-sonnet-4-5', path: '/v1', filters: ['refusal'] },
  { model: 'google/gemini-2.5-pro', path: '/v1beta' },
  { model: 'huggingface/openai/gpt-oss-120b', path: '/v1' },
  { model: 'ollama/llama3.2', path: '/v1' },
  { model: 'openai-compatible/house-model', path: '/v1' },
];

/** Models of one server, with one key for whatever provider is asked for. */
function modelsAt(baseUrl: string | null, fields: Partial<OpenCredential> = {}) {
  const credentials: CredentialFinder = {
    find: async ({ provider }) => ({ provider, apiKey: key, baseUrl, origin: 'workspace', ...fields }),
  };
  return createModelResolver({ credentials, demoTokensPerSecond: 1000, allowPrivateServers: true });
}

const run = (model: string, baseUrl: string, tools: ServerTool[] = [], fields: Partial<OpenCredential> = {}) => {
  const models = modelsAt(baseUrl, fields);
  const findModel = async (id: string, context: RunContext) => (await models.resolve({ model: id, ...context })).model;
  return runTask(sampleTask({ model, tools: tools.map(({ name }) => name) }), {}, tools, () => {}, { findModel });
};

const double = (given: number[]): ServerTool => {
  const parameters = z.object({ value: z.number() });
  return {
    kind: 'server',
    idempotent: true,
    name: 'double',
    description: 'Doubles a number.',
    parameters,
    async execute(args) {
      const { value } = parameters.parse(args);
      given.push(value);
      return String(2 * value);
    },
  };
};

describe.each(providers)('$model', ({ model, path, filters = ['content_filter'] }) => {
  const base = () => `${mock.url}${path}`;

  it('streams an answer piece by piece, and counts its tokens', async () => {
    const answer = 'The log keeps every event, in order, and the socket tells you of each at once.';
    mock.onMessage('Hello', {
      content: answer,
      usage: { input_tokens: 12, output_tokens: 7, prompt_tokens: 12, completion_tokens: 7 },
    });

    const { steps, errors } = await run(model, base());

    expect(errors).toEqual([]);
    expect(textOf(steps)).toBe(answer);
    expect(steps.filter((step) => step.type === 'text').length).toBeGreaterThan(2);
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
    const answered = steps.find((step) => step.type === 'model_answered');
    expect(answered?.usage.inputTokens).toBeGreaterThan(0);
    expect(answered?.usage.outputTokens).toBeGreaterThan(0);
  });

  // The mock cannot say in the words of the Responses API that a filter was at work: model-trouble.test.ts does.
  it.each([['length', 'max_tokens'], ...filters.map((reason) => [reason, 'content_filter'])])(
    'marks an answer that ended with %s',
    async (finishReason, cutOff) => {
      mock.onMessage('Hello', { content: 'The log keeps every', finishReason });

      const { steps } = await run(model, base());

      expect(textOf(steps)).toBe('The log keeps every');
      expect(steps.filter((step) => step.type === 'text_ended')).toMatchObject([{ cutOff }]);
      expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
    },
  );

  it('calls tools, tells the model what they gave, and goes on', async () => {
    mock.on({ hasToolResult: true }, { content: 'It is 42.' });
    mock.onMessage('Hello', { toolCalls: [{ id: 'call_a', name: 'double', arguments: '{"value":21}' }] });
    const given: number[] = [];

    const { steps, errors } = await run(model, base(), [double(given)]);

    expect(errors).toEqual([]);
    expect(given).toEqual([21]);
    expect(textOf(steps)).toBe('It is 42.');
    expect(JSON.stringify(mock.getLastRequest()?.body)).toContain('42');
  });

  it('says what a model thinks apart from what it answers', async () => {
    mock.onMessage('Hello', { content: 'Forty-two.', reasoning: 'Six times seven.' });

    const { steps } = await run(model, base());

    expect(textOf(steps)).toBe('Forty-two.');
    expect(textOf(steps, 'reasoning_started')).toBe('Six times seven.');
  });

  it.each([
    [401, 'model_key_refused'],
    [403, 'model_key_refused'],
    [404, 'model_unknown'],
    [429, 'model_rate_limited'],
    [500, 'model_unavailable'],
    [503, 'model_unavailable'],
    [400, 'model_refused_request'],
  ])('tells HTTP %i as %s, and nobody the key that it quotes', async (status, code) => {
    mock.nextRequestError(status, { message: `The key ${key} is no good.`, type: 'an_error' });
    const lines: string[] = [];
    const logger = createJsonLogger({}, (line) => lines.push(line));

    const { steps, errors } = await run(model, base());
    logger.warn({ errors }, 'a model call failed');

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code } } }]);
    expect(JSON.stringify(steps)).not.toContain(key);
    expect(lines.join()).not.toContain(key);
    expect(mock.getRequests().length).toBeLessThanOrEqual(1);
  });

  it.each([401, 403])('notes that its key is refused, for settings to show, when HTTP %i says so', async (status) => {
    mock.nextRequestError(status, { message: 'No.', type: 'an_error' });
    let noted = 0;
    const noteRefused = async () => {
      noted += 1;
      throw new Error('the store is away');
    };

    const { steps } = await run(model, base(), [], { noteRefused });

    expect(endsOf(steps)).toMatchObject([{ result: { error: { code: 'model_key_refused' } } }]);
    // Whether a key may have this model says nothing about the key.
    expect(noted).toBe(status === 401 ? 1 : 0);
  });

  it.each(['ends', 'breaks'])('notices an answer that %s in the middle', async (how) => {
    mock.onMessage('Hello', { content: 'The log keeps every event, in order, and the socket tells you at once.' });
    const half = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const headers = { 'content-type': 'application/json', 'x-api-key': 'any', authorization: 'Bearer any' };
      const whole = await fetch(`${mock.url}${request.url}`, { method: 'POST', headers, body: Buffer.concat(chunks) });
      const text = await whole.text();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text.slice(0, text.length / 2), () => (how === 'ends' ? response.end() : response.destroy()));
    });

    const { steps } = await run(model, `${half.url}${path}`);
    await half.close();

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed' } }]);
    const [end] = endsOf(steps);
    const codes =
      how === 'ends' ? ['model_stream_cut', 'model_bad_response'] : ['model_stream_cut', 'model_unavailable'];
    expect(codes).toContain(end?.result.status === 'failed' && end.result.error.code);
  });

  it('says that nobody answers', async () => {
    const { steps } = await run(model, 'http://127.0.0.1:9/v1');

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'model_unavailable' } } }]);
  });

  it('takes neither keys nor addresses from the environment', async () => {
    for (const name of [
      'OPENAI',
      'ANTHROPIC',
      'GOOGLE_GENERATIVE_AI',
      'GOOGLE',
      'GEMINI',
      'HUGGINGFACE',
      'AZURE',
      'AZURE_OPENAI',
    ]) {
      vi.stubEnv(`${name}_API_KEY`, 'nonsense-of-the-environment');
      vi.stubEnv(`${name}_BASE_URL`, 'http://127.0.0.1:9/nonsense');
    }
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'nonsense-of-the-environment');
    vi.stubEnv('HF_TOKEN', 'nonsense-of-the-environment');
    mock.onMessage('Hello', { content: 'Hi.' });

    const { steps } = await run(model, base());

    expect(textOf(steps)).toBe('Hi.');
    expect(JSON.stringify(mock.getLastRequest()?.headers)).not.toContain('nonsense');
  });

  it('sends the key that it was given, and no other', async () => {
    let seen: unknown;
    const server = await serve((request, response) => {
      seen = request.headers;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"No."}}');
    });

    const { steps } = await run(model, `${server.url}${path}`, [], { origin: 'user' });
    await server.close();

    expect(JSON.stringify(seen)).toContain(key);
    expect(endsOf(steps)).toMatchObject([
      { result: { error: { code: 'model_key_refused', message: expect.stringContaining('your own key') } } },
    ]);
  });
});

describe('the resolver', () => {
  const request = (model: string) => {
    const { context } = sampleTask({ model });
    return { model, ...context };
  };

  it('names provider and setting when there is no key', async () => {
    const models = createModelResolver({
      credentials: { find: async () => null },
      demoTokensPerSecond: 1,
      allowPrivateServers: false,
    });

    await expect(models.resolve(request('anthropic/claude-sonnet-4-5'))).rejects.toMatchObject({
      code: 'model_key_missing',
      message: expect.stringMatching(/Anthropic[\s\S]*Settings, Models and keys/),
    });
  });

  it.each([
    ['unavailable', 'model_unavailable', 'often', 'cannot be looked up'],
    ['internal', 'model_key_missing', 'never', 'cannot be opened'],
  ] as const)('takes nothing else when the vault says %s', async (code, runError, retry, text) => {
    const find = () => Promise.reject(new PlatformError(code, 'No.'));
    const models = createModelResolver({ credentials: { find }, demoTokensPerSecond: 1, allowPrivateServers: false });

    await expect(models.resolve(request('anthropic/claude-sonnet-4-5'))).rejects.toMatchObject({
      code: runError,
      retry,
      message: expect.stringContaining(text),
    });
  });

  it('refuses an id that there is not, before it asks for a key', async () => {
    const find = vi.fn();
    const models = createModelResolver({ credentials: { find }, demoTokensPerSecond: 1, allowPrivateServers: false });

    await expect(models.resolve(request('acme/model'))).rejects.toMatchObject({ code: 'model_unknown' });
    expect(find).not.toHaveBeenCalled();
  });

  it('knows the models of a provider’s own server, and takes any name of another one', async () => {
    await expect(modelsAt(null).resolve(request('openai/house-model'))).rejects.toMatchObject({
      code: 'model_unknown',
    });
    await expect(modelsAt(mock.url).resolve(request('openai/house-model'))).resolves.toMatchObject({
      origin: 'workspace',
    });
  });

  it('needs no key for the demo', async () => {
    const find = vi.fn();
    const models = createModelResolver({ credentials: { find }, demoTokensPerSecond: 1, allowPrivateServers: false });

    expect((await models.resolve(request('demo/scripted'))).origin).toBeNull();
    expect(find).not.toHaveBeenCalled();
  });

  it('looks for a key at every run', async () => {
    const keys = ['first', 'second'];
    const seen: unknown[] = [];
    const server = await serve((incoming, response) => {
      seen.push(incoming.headers.authorization);
      response.writeHead(500).end();
    });
    const find: CredentialFinder['find'] = async ({ provider }) => ({
      provider,
      apiKey: keys.shift() ?? '',
      baseUrl: server.url,
      origin: 'workspace',
    });
    const models = createModelResolver({ credentials: { find }, demoTokensPerSecond: 1, allowPrivateServers: true });
    const findModel = async (model: string) => (await models.resolve(request(model))).model;

    for (const _ of [1, 2])
      await runTask(sampleTask({ model: 'openai-compatible/m' }), {}, [], () => {}, { findModel });
    await server.close();

    expect(seen).toEqual(['Bearer first', 'Bearer second']);
  });

  it('does not call the platform’s own network for a workspace', async () => {
    const find: CredentialFinder['find'] = async ({ provider }) => ({
      provider,
      apiKey: key,
      baseUrl: mock.url,
      origin: 'workspace',
    });
    const models = createModelResolver({ credentials: { find }, demoTokensPerSecond: 1, allowPrivateServers: false });
    const findModel = async (model: string) => (await models.resolve(request(model))).model;

    for (const model of ['openai-compatible/m', 'huggingface/m']) {
      const { steps } = await runTask(sampleTask({ model }), {}, [], () => {}, { findModel });
      expect(endsOf(steps)).toMatchObject([{ result: { error: { code: 'model_refused_request' } } }]);
    }

    expect(mock.getRequests()).toEqual([]);
  });
});

it('tells trouble that comes in the middle of a stream of Anthropic', async () => {
  const server = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      content: [],
      model: 'm',
      usage: { input_tokens: 1, output_tokens: 1 },
    };
    response.end(
      sse(
        { type: 'message_start', message },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'The ' } },
        { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      ),
    );
  });

  const { steps } = await run('anthropic/claude-sonnet-4-5', `${server.url}/v1`);
  await server.close();

  expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'model_unavailable' } } }]);
});

it('takes Google’s 400 for a bad key as what it is', async () => {
  let noted = 0;
  const error = { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' };
  const server = await serve((_request, response) =>
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error })),
  );

  const { steps } = await run('google/gemini-2.5-pro', `${server.url}/v1beta`, [], {
    noteRefused: async () => {
      noted += 1;
    },
  });
  await server.close();

  expect(endsOf(steps)).toMatchObject([{ result: { error: { code: 'model_key_refused' } } }]);
  expect(noted).toBe(1);
});

it('asks Anthropic to keep the instructions, and the conversation for the next turn', async () => {
  mock.on({ hasToolResult: true }, { content: 'It is 42.' });
  mock.onMessage('Hello', { toolCalls: [{ id: 'call_a', name: 'double', arguments: '{"value":21}' }] });
  const Sent = z.object({
    system: z.array(z.looseObject({})),
    messages: z.array(z.object({ role: z.string(), content: z.array(z.looseObject({ type: z.string() })) })),
  });
  const sent: z.infer<typeof Sent>[] = [];
  const server = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    sent.push(Sent.parse(JSON.parse(body.toString('utf8'))));
    const headers = { 'content-type': 'application/json', 'x-api-key': 'any' };
    const answer = await fetch(`${mock.url}${request.url}`, { method: 'POST', headers, body });
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(await answer.text());
  });

  const { steps } = await run('anthropic/claude-sonnet-4-5', `${server.url}/v1`, [double([])]);
  await server.close();

  const marked = { cache_control: { type: 'ephemeral' } };
  expect(textOf(steps)).toBe('It is 42.');
  expect(sent.map(({ messages }) => messages.at(-1)?.content.at(-1))).toMatchObject([
    { type: 'text', ...marked },
    { type: 'tool_result', ...marked },
  ]);
  for (const body of sent) {
    expect(body.system.at(-1)).toMatchObject(marked);
    expect(JSON.stringify(body).split('cache_control')).toHaveLength(3);
  }
});

describe('settings', () => {
  const settings = { maxOutputTokens: 500, reasoningEffort: 'low' } as const;
  const sent = async (model: string, path: string, given: ModelSettings) => {
    const task = sampleTask({ model });
    const [agent] = task.prepared.agents;
    if (!agent) throw new Error('there is no agent');
    const prepared = { ...task.prepared, agents: [{ ...agent, settings: given }] };
    const bodies: unknown[] = [];
    const server = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(500).end();
    });
    const toServer = modelsAt(`${server.url}${path}`);
    const find = async (id: string, context: RunContext) => (await toServer.resolve({ model: id, ...context })).model;
    await runTask({ ...task, prepared }, {}, [], () => {}, { findModel: find });
    await server.close();
    return bodies[0];
  };

  it.each([
    ['openai/gpt-5-mini', '/v1', { max_output_tokens: 500, reasoning: { effort: 'low', summary: 'auto' } }],
    ['azure/our-deployment', '/v1', { max_output_tokens: 500, reasoning: { effort: 'low', summary: 'auto' } }],
    ['openai-chat/o3', '/v1', { reasoning_effort: 'low' }],
    ['openai-compatible/m', '/v1', { max_tokens: 500, reasoning_effort: 'low' }],
    ['huggingface/m', '/v1', { max_tokens: 500, reasoning_effort: 'low' }],
    ['google/gemini-2.5-pro', '/v1beta', { generationConfig: { maxOutputTokens: 500, thinkingConfig: {} } }],
    ['anthropic/claude-sonnet-4-5', '/v1', { thinking: { type: 'enabled' } }],
    ['anthropic/claude-sonnet-5-5', '/v1', { output_config: { effort: 'low' } }],
  ])('reach %s as it takes them', async (model, path, body) => {
    expect(await sent(model, path, settings)).toMatchObject(body);
  });
});
