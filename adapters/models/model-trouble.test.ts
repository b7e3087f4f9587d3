import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunErrorCode } from '#core/protocol/errors.ts';
import { chunk, endsOf, runTask, sampleTask, serve, sse, textOf } from './testing.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Runs a task on a server that answers like this; how often it was asked, too. */
async function runAgainst(model: string, listener: RequestListener) {
  let requests = 0;
  const server = await serve((request, response) => {
    requests += 1;
    request.resume();
    listener(request, response);
  });
  closers.push(server.close);
  const settings = { openaiBaseUrl: `${server.url}/v1`, ollamaBaseUrl: `${server.url}/v1` };
  const { steps, errors } = await runTask(sampleTask({ model }), settings);
  return { steps, errors, requests };
}

const answer =
  (status: number, body: string, type = 'application/json'): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };
const refuse = (status: number, error: object) => answer(status, JSON.stringify({ error }));
const stream = (body: string) => answer(200, body, 'text/event-stream');

const failed = (code: RunErrorCode, message: RegExp) => [
  { type: 'ended', result: { status: 'failed', error: { code, message: expect.stringMatching(message) } } },
];

const statuses: [number, object, RunErrorCode, RegExp][] = [
  [401, { message: 'Incorrect API key provided: sk-abc' }, 'model_key_refused', /Settings, Models and keys/],
  [403, { message: 'Country not supported' }, 'model_key_refused', /Settings, Models and keys/],
  [404, { message: 'The model does not exist' }, 'model_unknown', /Choose another/],
  [400, { message: 'No such model', code: 'model_not_found' }, 'model_unknown', /Choose another/],
  [
    400,
    { message: 'The context is too long' },
    'model_refused_request',
    /refused the request: The context is too long/,
  ],
  [429, { message: 'Slow down' }, 'model_rate_limited', /Try again later/],
  [500, { message: 'Oops' }, 'model_unavailable', /HTTP 500/],
  [503, { message: 'Overloaded' }, 'model_unavailable', /HTTP 503/],
];

const models = ['openai/gpt-test', 'openai-chat/gpt-test', 'ollama/gpt-test'];

describe.each(models)('%s', (model) => {
  it.each(statuses)('tells what HTTP %s %o means, and asks once', async (status, error, code, message) => {
    const { steps, errors, requests } = await runAgainst(model, refuse(status, error));

    expect(steps).toEqual(failed(code, message));
    expect(JSON.stringify(steps)).not.toContain('sk-abc');
    expect(errors).toHaveLength(1);
    expect(requests).toBe(1);
  });

  it('tells that the server cannot be reached', async () => {
    const server = await serve(() => {});
    await server.close();
    const settings = { openaiBaseUrl: `${server.url}/v1`, ollamaBaseUrl: `${server.url}/v1` };

    const { steps } = await runTask(sampleTask({ model }), settings);

    expect(steps).toEqual(failed('model_unavailable', /cannot be reached/));
  });

  it('tells that the connection was closed instead of an answer', async () => {
    const { steps } = await runAgainst(model, (request) => request.socket.destroy());

    expect(steps).toEqual(failed('model_unavailable', /cannot be reached/));
  });

  it.each([
    ['an empty body', ''],
    ['a body without any event', ': keep-alive\n\n'],
    ['a stream that only says that it is done', 'data: [DONE]\n\n'],
  ])('takes %s for an answer that broke off, and asks once', async (_name, body) => {
    const { steps, requests } = await runAgainst(model, stream(body));

    expect(steps).toMatchObject([
      { result: { status: 'failed', error: { message: expect.stringMatching(/Try again/) } } },
    ]);
    expect(requests).toBe(1);
  });

  it('tells that a stream makes no sense', async () => {
    const { steps } = await runAgainst(model, stream('data: {"type": "response.cre\n\n'));

    expect(steps).toEqual(failed('model_bad_response', /makes no sense/));
  });

  it('tells that an answer that is no stream makes no sense', async () => {
    const { steps } = await runAgainst(model, answer(200, '<html>Welcome to the proxy</html>', 'text/html'));

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { message: /Try again/ } } }]);
  });

  it('tells that the stream carries an error', async () => {
    const { steps } = await runAgainst(model, stream('data: {"error":{"message":"The server had an error"}}\n\n'));

    expect(steps).toEqual(failed('model_unavailable', /an error of its own/));
  });
});

const responseStart = { type: 'response.created', response: { id: 'resp_1', output: [], status: 'in_progress' } };
const responseDelta = (delta: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta,
});
const beginnings: [string, string][] = [
  ['openai/gpt-test', sse(responseStart, responseDelta('The beginning'))],
  ['openai-chat/gpt-test', sse(chunk({ role: 'assistant', content: 'The beginning' }))],
  ['ollama/gpt-test', sse(chunk({ role: 'assistant', content: 'The beginning' }))],
];

describe.each(beginnings)('%s, cut in the middle', (model, beginning) => {
  it('keeps what was said and tells that it broke off when the connection is lost', async () => {
    const { steps, requests } = await runAgainst(model, (request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(beginning, () => request.socket.destroy());
    });

    expect(textOf(steps)).toBe('The beginning');
    expect(endsOf(steps)).toEqual(failed('model_stream_cut', /broke off in the middle/));
    expect(requests).toBe(1);
  });

  it('tells the same when the server ends the stream properly, but too soon', async () => {
    const { steps, requests } = await runAgainst(model, stream(beginning));

    expect(textOf(steps)).toBe('The beginning');
    expect(endsOf(steps)).toEqual(failed('model_stream_cut', /broke off in the middle/));
    expect(requests).toBe(1);
  });

  it('ends at once when it is aborted in the middle', async () => {
    const controller = new AbortController();
    const server = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(beginning);
    });
    closers.push(server.close);
    const settings = { openaiBaseUrl: `${server.url}/v1`, ollamaBaseUrl: `${server.url}/v1` };
    const run = runTask(sampleTask({ model, signal: controller.signal }), settings, [], (step) => {
      if (step.type === 'text') controller.abort();
    });

    const { steps, errors } = await run;

    expect(textOf(steps)).toBe('The beginning');
    expect(steps.at(-1)).toEqual({ type: 'ended', result: { status: 'aborted' } });
    expect(endsOf(steps)).toHaveLength(1);
    expect(errors).toEqual([]);
  });
});

const usage = {
  input_tokens: 100,
  input_tokens_details: { cached_tokens: 80 },
  output_tokens: 20,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 120,
};
const message = (content: object[]) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  status: 'completed',
  content,
});
const completed = (output: object[]) => ({
  type: 'response.completed',
  response: { id: 'resp_1', status: 'completed', output, usage },
});
const outputText = (text: string) => ({ type: 'output_text', text, annotations: [] });

describe('the Responses API', () => {
  it('counts all tokens, the cached and the reasoning ones apart', async () => {
    const body = sse(responseStart, responseDelta('Hi.'), completed([message([outputText('Hi.')])]));

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(steps.filter(({ type }) => type === 'model_answered')).toEqual([
      {
        type: 'model_answered',
        usage: { modelCalls: 1, inputTokens: 100, cachedInputTokens: 80, outputTokens: 20, reasoningTokens: 12 },
      },
    ]);
  });

  it('says a text that was not streamed', async () => {
    const { steps } = await runAgainst(
      'openai/gpt-test',
      stream(sse(responseStart, completed([message([outputText('All at once.')])]))),
    );

    expect(textOf(steps)).toBe('All at once.');
    expect(endsOf(steps)).toMatchObject([{ result: { status: 'completed' } }]);
  });

  it('shows two messages as two, and the parts of a summary as paragraphs', async () => {
    const part = (summary_index: number) => ({ type: 'response.reasoning_summary_part.added', summary_index });
    const thought = (delta: string) => ({ type: 'response.reasoning_summary_text.delta', delta });
    const next = (output_index: number, type: string) => ({
      type: 'response.output_item.added',
      output_index,
      item: { type, id: `item_${output_index}`, role: 'assistant', content: [] },
    });
    const body = sse(
      responseStart,
      next(0, 'reasoning'),
      part(0),
      thought('First.'),
      part(1),
      thought('Second.'),
      next(1, 'message'),
      { ...responseDelta('Let me see.'), output_index: 1 },
      next(2, 'message'),
      { ...responseDelta('Done.'), output_index: 2 },
      completed([message([outputText('Let me see.')]), message([outputText('Done.')])]),
    );

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(textOf(steps, 'reasoning_started')).toBe('First.\n\nSecond.');
    expect(steps.filter(({ type }) => type === 'message_started')).toHaveLength(2);
    expect(steps.filter(({ type }) => type === 'text_ended')).toHaveLength(3);
  });

  it('shows a refusal as the answer that it is', async () => {
    const body = sse(responseStart, completed([message([{ type: 'refusal', refusal: 'I would rather not.' }])]));

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(textOf(steps)).toBe('I would rather not.');
    expect(endsOf(steps)).toMatchObject([{ result: { status: 'completed' } }]);
  });

  it.each<[string, object[]]>([
    ['nothing at all', []],
    ['a message without words', [message([outputText('')])]],
    ['nothing but reasoning', [{ type: 'reasoning', id: 'rs_1', summary: [] }]],
  ])('does not take %s for an answer, and asks once', async (_name, output) => {
    const { steps, requests } = await runAgainst('openai/gpt-test', stream(sse(responseStart, completed(output))));

    expect(steps).toEqual(failed('model_bad_response', /empty answer/));
    expect(requests).toBe(1);
  });

  it.each<[object, RunErrorCode, RegExp]>([
    [{ code: 'rate_limit_exceeded', message: 'Slow down' }, 'model_rate_limited', /Try again later/],
    [{ code: 'server_error', message: 'Oops' }, 'model_unavailable', /Try again/],
    [{ code: 'invalid_prompt', message: 'Not allowed' }, 'model_refused_request', /Not allowed/],
  ])('tells why a response failed: %o', async (error, code, text) => {
    const body = sse(responseStart, {
      type: 'response.failed',
      response: { id: 'resp_1', status: 'failed', output: [], error },
    });

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(steps).toEqual(failed(code, text));
  });

  const incomplete = (reason: string, output: object[] = []) => ({
    type: 'response.incomplete',
    response: { id: 'resp_1', status: 'incomplete', output, incomplete_details: { reason }, usage },
  });

  it.each([
    ['max_output_tokens', 'max_tokens'],
    ['content_filter', 'content_filter'],
  ])('marks an answer that is incomplete because of %s, and counts its tokens', async (reason, cutOff) => {
    const body = sse(responseStart, responseDelta('The beginning'), incomplete(reason));

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(textOf(steps)).toBe('The beginning');
    expect(steps.findLast(({ type }) => type === 'text_ended')).toMatchObject({ cutOff });
    expect(steps.find(({ type }) => type === 'model_answered')).toMatchObject({
      usage: { inputTokens: 100, cachedInputTokens: 80, outputTokens: 20, reasoningTokens: 12 },
    });
    expect(endsOf(steps)).toMatchObject([{ result: { status: 'completed' } }]);
  });

  it.each<[string, RunErrorCode, RegExp]>([
    ['max_output_tokens', 'model_bad_response', /before it had said anything/],
    ['content_filter', 'model_refused_request', /rules on content/],
  ])('does not take for an answer what was cut off by %s before it began', async (reason, code, text) => {
    const { steps, requests } = await runAgainst('openai/gpt-test', stream(sse(responseStart, incomplete(reason))));

    expect(steps).toEqual(failed(code, text));
    expect(requests).toBe(1);
  });

  it('carries out no call of an answer that was cut off', async () => {
    const half = { type: 'function_call', id: 'fc_1', call_id: 'c', name: 'pay', arguments: '{', status: 'incomplete' };
    const body = sse(responseStart, responseDelta('I pay.'), incomplete('max_output_tokens', [half]));

    const { steps } = await runAgainst('openai/gpt-test', stream(body));

    expect(endsOf(steps)).toEqual(failed('model_bad_response', /in the middle of a call/));
    expect(steps.some(({ type }) => type === 'tool_called')).toBe(false);
  });
});

describe.each(['openai-chat/gpt-test', 'ollama/gpt-test'])('Chat Completions (%s)', (model) => {
  it('counts all tokens, the cached and the reasoning ones apart', async () => {
    const counted = {
      ...chunk({}),
      choices: [],
      usage: {
        prompt_tokens: 100,
        prompt_tokens_details: { cached_tokens: 80 },
        completion_tokens: 20,
        completion_tokens_details: { reasoning_tokens: 12 },
        total_tokens: 120,
      },
    };

    const { steps } = await runAgainst(model, stream(sse(chunk({ content: 'Hi.' }), chunk({}, 'stop'), counted)));

    expect(steps.find(({ type }) => type === 'model_answered')).toEqual({
      type: 'model_answered',
      usage: { modelCalls: 1, inputTokens: 100, cachedInputTokens: 80, outputTokens: 20, reasoningTokens: 12 },
    });
    expect(endsOf(steps)).toMatchObject([{ result: { status: 'completed' } }]);
  });

  it.each(['reasoning', 'reasoning_content'])('streams what comes as %s apart from the answer', async (field) => {
    const body = sse(
      chunk({ [field]: 'Hm. ' }),
      chunk({ [field]: 'Yes.' }),
      chunk({ content: 'Hi.' }),
      chunk({}, 'stop'),
    );

    const { steps } = await runAgainst(model, stream(body));

    expect(textOf(steps, 'reasoning_started')).toBe('Hm. Yes.');
    expect(textOf(steps)).toBe('Hi.');
  });

  it('marks an answer that was cut off, also when another attempt tells it again', async () => {
    const body = sse(chunk({ content: 'The beginning' }), chunk({}, 'length'));
    const server = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(body),
    );
    closers.push(server.close);
    const settings = { openaiBaseUrl: `${server.url}/v1`, ollamaBaseUrl: `${server.url}/v1` };
    const task = sampleTask({ model });

    const { steps } = await runTask(task, settings);
    const again = await runTask(task, {}, [], () => {}, { findModel: () => Promise.reject(new Error('not asked')) });

    expect(steps).toContainEqual({ type: 'text_ended', key: '1:0', cutOff: 'max_tokens' });
    expect(again.steps).toEqual(steps);
  });

  it('carries out no call of an answer that was cut off', async () => {
    const call = { index: 0, id: 'c', type: 'function', function: { name: 'pay', arguments: '{' } };
    const body = sse(chunk({ content: 'I pay.' }), chunk({ tool_calls: [call] }), chunk({}, 'length'));

    const { steps } = await runAgainst(model, stream(body));

    expect(endsOf(steps)).toEqual(failed('model_bad_response', /in the middle of a call/));
    expect(steps.some(({ type }) => type === 'tool_called')).toBe(false);
  });

  it('does not take an answer without words for one, and asks once', async () => {
    const { steps, requests } = await runAgainst(model, stream(sse(chunk({ content: '' }), chunk({}, 'stop'))));

    expect(steps).toEqual(failed('model_bad_response', /empty answer/));
    expect(requests).toBe(1);
  });

  it('shows a refusal as the answer that it is', async () => {
    const body = sse(chunk({ refusal: 'I would rather not.' }), chunk({}, 'stop'));

    const { steps } = await runAgainst(model, stream(body));

    expect(textOf(steps)).toBe('I would rather not.');
    expect(endsOf(steps)).toMatchObject([{ result: { status: 'completed' } }]);
  });
});

describe('a model that cannot be had', () => {
  const listener: RequestListener = (_request, response) => response.writeHead(500).end();

  it.each<[string, object, RunErrorCode, RegExp]>([
    ['openai/gpt-5-mini', { openaiApiKey: undefined }, 'model_key_missing', /key of OpenAI.+Settings/],
    ['openai-chat/gpt-4.1', { openaiApiKey: undefined }, 'model_key_missing', /key of OpenAI.+Settings/],
    ['ollama/llama', {}, 'model_key_missing', /server of Ollama.+Settings/],
    ['demo/other', {}, 'model_unknown', /no model "demo\/other"/],
    ['anthropic/claude', {}, 'model_unknown', /provider\/model/],
    ['gpt-test', {}, 'model_unknown', /provider\/model/],
    ['', {}, 'model_unknown', /provider\/model/],
  ])('fails the run of %s and asks no other', async (model, settings, code, text) => {
    let requests = 0;
    const server = await serve((request, response) => {
      requests += 1;
      listener(request, response);
    });
    closers.push(server.close);

    const { steps } = await runTask(sampleTask({ model }), { openaiBaseUrl: `${server.url}/v1`, ...settings });

    expect(steps).toEqual(failed(code, text));
    expect(requests).toBe(0);
  });
});
