import { afterEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JournalEntry } from '#core/domain/journal.ts';
import { modelCallsIn, usageOf } from '#core/domain/paid-calls.ts';
import type { StopReason } from '#core/ports/agent-runner.ts';
import { newId, sampleRunJournal } from '#core/ports/samples.contract.ts';
import type { Reservation, SpendGuard, SpendRequest } from '#core/ports/spend-guard.ts';
import type { RunContext, ServerTool } from '#core/ports/tool.ts';
import type { ModelSettings } from '#core/protocol/agent.ts';
import type { Item } from '#core/protocol/item.ts';
import { createModelResolver } from './model-resolver.ts';
import { defaultRetryPolicy } from './model-retry.ts';
import { chunk, runTask, sampleTask, serve, sse, userMessage } from './testing.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Lets every call pass, and notes what it is asked. */
function createSpy(reservation: Reservation = { kind: 'reserved', priced: true, isHeld: true }) {
  const reserved: SpendRequest[] = [];
  const settled: Record<string, number> = {};
  const released: string[] = [];
  const spend: SpendGuard = {
    lookAhead: () => {},
    prices: async () => [],
    reserve: async (request) => {
      reserved.push(request);
      return reservation;
    },
    settle: async ({ callId, usage }) => {
      settled[callId] = usage.inputTokens + usage.outputTokens;
    },
    release: async ({ callId }) => void released.push(callId),
    releaseRun: async () => {},
  };
  return { spend, reserved, settled, released };
}

interface Answer {
  readonly status?: number;
  readonly events?: object[];
  /** The connection is lost behind it, or stays open. */
  readonly end?: 'end' | 'break' | 'hang';
}

const told = { prompt_tokens: 30, completion_tokens: 4, total_tokens: 34 };
const whole = (usage?: object) => [
  chunk({ role: 'assistant', content: 'Fine.' }),
  chunk({}, 'stop'),
  ...(usage ? [{ ...chunk({}), choices: [], usage }] : []),
];

/** Runs a task against a server that gives these answers, one after the other; what the journal has, and what was sent. */
async function ask(
  answers: readonly Answer[],
  {
    model = 'openai-compatible/house',
    settings = {},
    spy = createSpy(),
    text = 'Hello',
    before = [],
    tools = [],
    onText,
    onReserve,
    onRelease,
  }: {
    model?: string;
    settings?: ModelSettings;
    spy?: ReturnType<typeof createSpy>;
    text?: string;
    before?: Item[];
    tools?: ServerTool[];
    onText?: (abort: () => void) => void;
    onReserve?: (abort: (reason: StopReason) => void) => void;
    onRelease?: (abort: (reason: StopReason) => void) => void;
  } = {},
) {
  const bodies: unknown[] = [];
  const server = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const part of request) chunks.push(part);
    const { status = 200, events = [], end = 'end' } = answers[bodies.length] ?? {};
    bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    response.writeHead(status, { 'content-type': 'text/event-stream' });
    if (end === 'end') response.end(sse(...events));
    else response.write(sse(...events), () => end === 'break' && request.socket.destroy());
  });
  closers.push(server.close);
  const resolver = createModelResolver({
    credentials: {
      find: async ({ provider }) => ({ provider, apiKey: 'key', baseUrl: `${server.url}/v1`, origin: 'workspace' }),
    },
    demoTokensPerSecond: 1000,
    allowPrivateServers: true,
  });
  const entries: JournalEntry[] = [];
  const controller = new AbortController();
  const abort = (reason: StopReason) => controller.abort(reason);
  const spend: SpendGuard = {
    ...spy.spend,
    reserve: async (request) => {
      const reservation = await spy.spend.reserve(request);
      onReserve?.(abort);
      return reservation;
    },
    release: async (call) => {
      onRelease?.(abort);
      await spy.spend.release(call);
    },
  };
  const base = sampleTask({ model, signal: controller.signal, tools: tools.map(({ name }) => name) });
  const [agent] = base.prepared.agents;
  if (!agent) throw new Error('there is no agent');
  const task = {
    ...base,
    prepared: { ...base.prepared, agents: [{ ...agent, settings }] },
    history: [...before, userMessage(text)],
    journal: sampleRunJournal(entries),
  };
  const findModel = async (id: string, context: RunContext) => {
    const { model: found, origin } = await resolver.resolve({ model: id, ...context });
    return {
      getResponse: (request: Parameters<typeof found.getResponse>[0]) => found.getResponse(request),
      getStreamedResponse: (request: Parameters<typeof found.getStreamedResponse>[0]) =>
        found.getStreamedResponse(request),
      ...(origin && { keyOf: origin }),
    };
  };
  const { steps } = await runTask(
    task,
    {},
    tools,
    (step) => step.type === 'text' && onText?.(() => abort('cancelled')),
    { findModel, spend, retry: { ...defaultRetryPolicy, mostTries: 3 } },
  );
  return { entries, bodies, steps, spy, calls: modelCallsIn(entries, { isOver: true }) };
}

describe('what a question to a model took', () => {
  it('is what the provider says', async () => {
    const { calls, spy } = await ask([{ events: whole(told) }]);

    expect(calls).toMatchObject([
      { callId: '1', outcome: 'answered', isEstimate: false, keyOf: 'workspace', usage: { inputTokens: 30 } },
    ]);
    expect(spy.settled).toEqual({ '1': 34 });
  });

  it('is an estimate that says so where the provider says nothing', async () => {
    const { calls, spy } = await ask([{ events: whole() }]);

    expect(calls).toMatchObject([{ callId: '1', outcome: 'answered', isEstimate: true }]);
    expect(calls[0]?.usage.inputTokens).toBeGreaterThan(0);
    expect(calls[0]?.usage.outputTokens).toBeGreaterThan(0);
    expect(spy.settled['1']).toBeGreaterThan(0);
  });

  it('is an estimate for an answer that broke off, and each try is a call of its own', async () => {
    const begun = [chunk({ role: 'assistant', content: 'The beginning of an answer' })];
    const { calls, spy } = await ask([{ events: begun, end: 'break' }, { events: whole(told) }]);

    expect(calls).toMatchObject([
      { callId: '1', outcome: 'cut', isEstimate: true, usage: { outputTokens: 7 } },
      { callId: '1~2', outcome: 'answered', isEstimate: false },
    ]);
    expect(spy.reserved.map(({ callId }) => callId)).toEqual(['1', '1~2']);
    expect(spy.settled).toMatchObject({ '1': expect.any(Number), '1~2': 34 });
    expect(spy.settled['1']).toBeGreaterThan(7);
  });

  it('is what the provider says of an answer that is none', async () => {
    const empty = [chunk({}, 'stop'), { ...chunk({}), choices: [], usage: told }];
    const { calls } = await ask([{ events: empty }, { events: whole(told) }]);

    expect(calls).toMatchObject([
      { callId: '1', outcome: 'cut', isEstimate: false, usage: { inputTokens: 30, outputTokens: 4 } },
      { callId: '1~2', outcome: 'answered' },
    ]);
  });

  it('is nothing where the provider refuses', async () => {
    const { calls, spy } = await ask([{ status: 500 }, { status: 429 }, { events: whole(told) }]);

    expect(calls.map(({ callId }) => callId)).toEqual(['1~3']);
    expect(spy.released).toEqual(['1', '1~2']);
  });

  it('is noted in the moment in which the run is cancelled', async () => {
    const begun = [chunk({ role: 'assistant', content: 'The beginning' })];
    const { entries, calls } = await ask([{ events: begun, end: 'hang' }], { onText: (abort) => abort() });

    expect(entries.map(({ type }) => type)).toEqual(['asked', 'cut']);
    expect(calls).toMatchObject([{ callId: '1', outcome: 'cut', isEstimate: true }]);
    expect(usageOf(calls)).toMatchObject({ modelCalls: 0, estimatedCalls: 1 });
  });
});

describe('a run that is stopped', () => {
  it.each([
    ['cancelled', ['1']],
    ['timed_out', ['1']],
    ['lost', []],
    ['handover', []],
  ] as const)('asks nothing more (%s), and gives back what nobody else holds', async (reason, released) => {
    const { entries, bodies, spy } = await ask([{ events: whole(told) }], { onReserve: (abort) => abort(reason) });
    await expect.poll(() => spy.released).toEqual(released);

    expect({ bodies, entries }).toEqual({ bodies: [], entries: [] });
  });

  it('notes once what broke off, also when it is stopped meanwhile', async () => {
    const { entries, calls } = await ask([{ status: 429 }], { onRelease: (abort) => abort('cancelled') });

    expect(entries.map(({ type }) => type)).toEqual(['asked', 'cut']);
    expect(calls).toEqual([]);
  });
});

describe('a model whose answer is reserved', () => {
  it.each([
    ['openai-compatible/house', {}, { max_tokens: 4_096 }],
    ['openai-compatible/house', { maxOutputTokens: 77 }, { max_tokens: 77 }],
    ['openai-chat/gpt-5', {}, { max_completion_tokens: 16_384 }],
    ['openai-chat/gpt-5', { maxOutputTokens: 77 }, { max_completion_tokens: 77 }],
    ['openai/gpt-5', {}, { max_output_tokens: 16_384 }],
    ['azure/ours', {}, { max_output_tokens: 4_096 }],
    ['huggingface/openai/gpt-oss-120b', {}, { max_tokens: 4_096 }],
    ['google/gemini-2.5-pro', {}, { generationConfig: { maxOutputTokens: 16_384 } }],
    ['anthropic/claude-sonnet-4-5', {}, { max_tokens: 16_384 }],
    ['anthropic/claude-sonnet-4-5', { reasoningEffort: 'low' }, {}],
    ['anthropic/claude-sonnet-4-5', { reasoningEffort: 'high', maxOutputTokens: 60_000 }, {}],
    ['anthropic/claude-opus-5', { reasoningEffort: 'high' }, { max_tokens: 16_384 }],
  ] as const)('is told of it: %s with %j', async (model, settings, body) => {
    const { bodies, spy } = await ask([{ status: 400 }], { model, settings });

    expect(bodies[0]).toMatchObject(body);
    const Limits = z.looseObject({
      max_tokens: z.number().optional(),
      max_completion_tokens: z.number().optional(),
      max_output_tokens: z.number().optional(),
      generationConfig: z.looseObject({ maxOutputTokens: z.number() }).optional(),
    });
    const sent = Limits.parse(bodies[0]);
    const limit =
      sent.max_tokens ??
      sent.max_completion_tokens ??
      sent.max_output_tokens ??
      sent.generationConfig?.maxOutputTokens ??
      Number.POSITIVE_INFINITY;
    expect(limit).toBeLessThanOrEqual(spy.reserved[0]?.estimate.maxOutputTokens ?? 0);
  });

  it('writes as much as it likes where nothing is reserved', async () => {
    const spy = createSpy({ kind: 'reserved', priced: true, isHeld: false });
    const { bodies } = await ask([{ events: whole(told) }], { spy });

    expect(bodies[0]).not.toHaveProperty('max_tokens');
  });

  it('has a prompt that is reckoned by its bytes', async () => {
    const { spy } = await ask([{ events: whole(told) }], { text: '語'.repeat(3_000) });

    expect(spy.reserved[0]?.estimate.inputTokens).toBeGreaterThanOrEqual(9_000);
  });
});

describe('a model that nobody has priced', () => {
  const double: ServerTool = {
    kind: 'server',
    idempotent: true,
    name: 'double',
    description: 'Doubles a number.',
    parameters: z.object({ value: z.number() }),
    execute: async () => '42',
  };
  const calls = {
    tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'double', arguments: '{"value":21}' } }],
  };

  it('is told of once in a run', async () => {
    const spy = createSpy({ kind: 'reserved', priced: false, isHeld: false });
    const first = [chunk(calls), chunk({}, 'tool_calls'), { ...chunk({}), choices: [], usage: told }];
    const { steps, bodies } = await ask([{ events: first }, { events: whole(told) }], { spy, tools: [double] });

    const notices = steps.flatMap((step) => (step.type === 'notice' ? [step.message] : []));
    expect(bodies).toHaveLength(2);
    expect(notices).toEqual([expect.stringMatching(/what openai-compatible\/house costs/)]);
  });

  it('is not told of again in a thread that has an answer', async () => {
    const spy = createSpy({ kind: 'reserved', priced: false, isHeld: false });
    const greeting: Item = {
      type: 'agent_message',
      id: newId('itm'),
      runId: newId('run'),
      agentId: newId('agt'),
      createdAt: '2026-11-21T09:00:00.000Z',
      status: 'completed',
      text: 'Hello.',
    };
    const { steps } = await ask([{ events: whole(told) }], { spy, before: [greeting] });

    expect(steps.filter(({ type }) => type === 'notice')).toEqual([]);
    expect(steps.at(-1)).toMatchObject({ result: { status: 'completed' } });
  });
});

it('ends the run of somebody who does not belong to the workspace any more', async () => {
  const spy = createSpy({ kind: 'refused', message: 'They have left.' });
  const { steps, bodies } = await ask([], { spy });

  expect(bodies).toEqual([]);
  expect(steps.at(-1)).toMatchObject({
    result: { status: 'failed', error: { code: 'budget_stopped', message: 'They have left.' } },
  });
});
