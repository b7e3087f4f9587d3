import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { endsOf, runTask, sampleTask, textOf, userMessage } from './testing.ts';

const mock = new LLMock({ port: 0, host: '127.0.0.1' });
const settings = () => ({ openaiBaseUrl: `${mock.url}/v1`, ollamaBaseUrl: `${mock.url}/v1` });

beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => {
  mock.clearFixtures();
  mock.clearRequests();
});
afterEach(() => vi.unstubAllEnvs());

/** A tool that doubles a number, and notes what it was given. */
function createDouble(given: number[] = []): ServerTool {
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
}

const Conversation = z.array(z.object({ role: z.string(), content: z.unknown() }));
const lastConversation = () =>
  Conversation.parse(mock.getLastRequest()?.body?.['messages']).map(({ role, content }) => [role, content]);

const called = (steps: readonly AgentStep[]) => steps.flatMap((step) => (step.type === 'tool_called' ? [step] : []));
const ended = (steps: readonly AgentStep[]) => steps.flatMap((step) => (step.type === 'tool_ended' ? [step] : []));
const answers = (steps: readonly AgentStep[]) =>
  steps.flatMap((step) => (step.type === 'model_answered' ? [step] : []));

describe.each(['openai/gpt-test', 'openai-chat/gpt-test', 'ollama/gpt-test'])('%s', (model) => {
  it('streams an answer piece by piece, and ends once', async () => {
    const answer = 'The log keeps every event, in order, and the socket tells you of each at once.';
    mock.onMessage('Hello', { content: answer });

    const { steps, errors } = await runTask(sampleTask({ model }), settings());

    expect(textOf(steps)).toBe(answer);
    expect(steps.filter((step) => step.type === 'text').length).toBeGreaterThan(2);
    expect(steps.filter((step) => step.type === 'message_started')).toHaveLength(1);
    expect(steps.slice(-3).map(({ type }) => type)).toEqual(['text_ended', 'model_answered', 'ended']);
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
    expect(errors).toEqual([]);
  });

  it('calls two tools of one turn, tells the model what they gave, and goes on', async () => {
    const given: number[] = [];
    mock.on({ hasToolResult: true }, { content: 'It is 4 and 6.' });
    mock.onMessage('Hello', {
      toolCalls: [
        { id: 'call_a', name: 'double', arguments: '{"value":2}' },
        { id: 'call_b', name: 'double', arguments: '{"value":3}' },
      ],
    });

    const { steps } = await runTask(sampleTask({ model, tools: ['double'] }), settings(), [createDouble(given)]);

    expect(given).toEqual([2, 3]);
    expect(called(steps).map(({ key, name }) => [key, name])).toEqual([
      ['1.0', 'double'],
      ['1.1', 'double'],
    ]);
    expect(ended(steps)).toMatchObject([
      { key: '1.0', ok: true, output: '4' },
      { key: '1.1', ok: true, output: '6' },
    ]);
    expect(textOf(steps)).toBe('It is 4 and 6.');
    expect(answers(steps)).toHaveLength(2);
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
    expect(lastConversation().filter(([role]) => role === 'tool')).toEqual([
      ['tool', '4'],
      ['tool', '6'],
    ]);
  });

  it('tells the model what was wrong with arguments, and marks the call as failed', async () => {
    const given: number[] = [];
    mock.on({ hasToolResult: true }, { content: 'Sorry.' });
    mock.onMessage('Hello', {
      toolCalls: [
        { id: 'call_a', name: 'double', arguments: '{"value":"two"}' },
        { id: 'call_b', name: 'double', arguments: '{"value":' },
      ],
    });

    const { steps } = await runTask(sampleTask({ model, tools: ['double'] }), settings(), [createDouble(given)]);

    expect(given).toEqual([]);
    expect(ended(steps)).toMatchObject([
      { key: '1.0', ok: false, output: expect.stringContaining('value: ') },
      { key: '1.1', ok: false, output: expect.stringContaining('valid JSON') },
    ]);
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
  });

  it('tells the model why a tool failed, and goes on', async () => {
    mock.on({ hasToolResult: true }, { content: 'It is out of order.' });
    mock.onMessage('Hello', { toolCalls: [{ id: 'call_a', name: 'double', arguments: '{"value":1}' }] });
    const broken = { ...createDouble(), execute: () => Promise.reject(new Error('no paper')) };

    const { steps, errors } = await runTask(sampleTask({ model, tools: ['double'] }), settings(), [broken]);

    expect(ended(steps)).toMatchObject([{ ok: false, output: 'The tool failed: no paper' }]);
    expect(textOf(steps)).toBe('It is out of order.');
    expect(errors).toEqual([]);
  });

  it('tells the model that it has called a tool which the agent does not have', async () => {
    mock.on({ hasToolResult: true }, { content: 'Then not.' });
    mock.onMessage('Hello', { toolCalls: [{ id: 'call_a', name: 'double', arguments: '{"value":1}' }] });
    const given: number[] = [];

    const { steps } = await runTask(sampleTask({ model, tools: [] }), settings(), [createDouble(given)]);

    expect(given).toEqual([]);
    expect(ended(steps)).toMatchObject([{ key: '1.0', ok: false, output: expect.stringContaining('not found') }]);
    expect(textOf(steps)).toBe('Then not.');
    expect(endsOf(steps)).toEqual([{ type: 'ended', result: { status: 'completed' } }]);
  });

  it('stops an agent that never comes to an end', async () => {
    mock.onMessage('Hello', { toolCalls: [{ name: 'double', arguments: '{"value":1}' }] });
    mock.on({ hasToolResult: true }, { toolCalls: [{ name: 'double', arguments: '{"value":1}' }] });

    const { steps } = await runTask(sampleTask({ model, tools: ['double'], maxTurns: 3 }), settings(), [
      createDouble(),
    ]);

    expect(endsOf(steps)).toMatchObject([{ result: { status: 'failed', error: { code: 'turn_limit' } } }]);
    expect(answers(steps)).toHaveLength(3);
  });

  it('offers an agent only the tools that it is given', async () => {
    mock.onMessage('Hello', { content: 'Hi.' });

    await runTask(sampleTask({ model, tools: [] }), settings(), [createDouble()]);

    expect(mock.getLastRequest()?.body?.tools ?? []).toEqual([]);
  });

  it('gives the model its instructions and the conversation in order', async () => {
    mock.onMessage('And now?', { content: 'Fine.' });
    const history = [userMessage('How are you?'), userMessage('And now?')];

    await runTask(sampleTask({ model, history }), settings());

    expect(mock.getLastRequest()?.body).toMatchObject({ model: 'gpt-test' });
    expect(lastConversation()).toEqual([
      ['system', 'Be brief.'],
      ['user', 'How are you?'],
      ['user', 'And now?'],
    ]);
  });

  it('streams the reasoning apart from the answer', async () => {
    mock.onMessage('Hello', { content: 'Forty-two.', reasoning: 'Six times seven.' });

    const { steps } = await runTask(sampleTask({ model }), settings());

    expect(textOf(steps, 'reasoning_started')).toBe('Six times seven.');
    expect(textOf(steps)).toBe('Forty-two.');
  });
});

describe('stopping', () => {
  const callDouble = { toolCalls: [{ id: 'call_a', name: 'double', arguments: '{"value":1}' }] };

  it('ends at once while a tool is at work, and drops what the tool still says', async () => {
    mock.onMessage('Hello', callDouble);
    const controller = new AbortController();
    let finish: (text: string) => void = () => {};
    const slow = { ...createDouble(), execute: () => new Promise<string>((resolve) => (finish = resolve)) };
    const task = sampleTask({ tools: ['double'], signal: controller.signal });

    const { steps, errors } = await runTask(task, settings(), [slow], ({ type }) => {
      if (type === 'tool_started') controller.abort();
      if (type === 'ended') finish('2');
    });

    expect(steps.slice(-2)).toMatchObject([{ type: 'tool_started' }, { type: 'ended', result: { status: 'aborted' } }]);
    expect(errors).toEqual([]);
  });

  it('tells a tool that it is to stop', async () => {
    mock.onMessage('Hello', callDouble);
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const slow: ServerTool = {
      ...createDouble(),
      execute: (_args, { signal }) => {
        seen = signal;
        controller.abort();
        return Promise.resolve('');
      },
    };

    await runTask(sampleTask({ tools: ['double'], signal: controller.signal }), settings(), [slow]);

    expect(seen?.aborted).toBe(true);
  });

  it('asks no model when it was stopped before it began', async () => {
    const { steps } = await runTask(sampleTask({ signal: AbortSignal.abort() }), settings());

    expect(steps).toEqual([{ type: 'ended', result: { status: 'aborted' } }]);
    expect(mock.getRequests()).toEqual([]);
  });

  it('stops the agent when nobody reads any more', async () => {
    mock.onMessage('Hello', callDouble);
    let seen: AbortSignal | undefined;
    const slow: ServerTool = {
      ...createDouble(),
      execute: (_args, { signal }) => {
        seen = signal;
        return new Promise(() => {});
      },
    };

    const run = runTask(sampleTask({ tools: ['double'] }), settings(), [slow], ({ type }) => {
      if (type === 'tool_started') throw new Error('the reader broke');
    });

    await expect(run).rejects.toThrow('the reader broke');
    expect(seen?.aborted).toBe(true);
  });
});

it('takes neither keys nor addresses from the environment', async () => {
  for (const name of ['OPENAI_API_KEY', 'OPENAI_ADMIN_KEY', 'OPENAI_ORG_ID', 'OPENAI_PROJECT_ID']) {
    vi.stubEnv(name, 'nonsense-of-the-environment');
  }
  vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/nonsense');
  mock.onMessage('Hello', { content: 'Hi.' });

  const { steps } = await runTask(sampleTask(), settings());

  expect(textOf(steps)).toBe('Hi.');
  expect(JSON.stringify(mock.getLastRequest()?.headers)).not.toContain('nonsense');
  expect(mock.getRequests()).toHaveLength(1);
});
