import { expect, it } from 'vitest';
import { createMemoryLogger, type LogLine } from '../memory/memory-logger.ts';
import { createMemoryMetrics } from '../memory/memory-metrics.ts';
import { ModelError } from './model-error.ts';
import { tellToolCall, watchModelCall } from './tell-calls.ts';
import { sampleTask } from './testing.ts';

function createTelling() {
  let nowMs = 1_000;
  const lines: LogLine[] = [];
  const metrics = createMemoryMetrics();
  const controller = new AbortController();
  const task = sampleTask({ signal: controller.signal });
  const telling = { logger: createMemoryLogger(lines), metrics, now: () => nowMs, task };
  const { runId, threadId, workspaceId, requestId, attempt } = task.context;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { telling, lines, metrics, pass, controller, ids: { runId, threadId, workspaceId, requestId, attempt } };
}

const call = (model: string) => ({ callId: '1', model, agentId: sampleTask().prepared.agentId, tries: 1 });
const usage = { modelCalls: 1, inputTokens: 7, cachedInputTokens: 0, outputTokens: 5, reasoningTokens: 0 };

it('measures a model until its first word and to its end', () => {
  const { telling, lines, metrics, pass, ids } = createTelling();

  const watch = watchModelCall(telling, call('anthropic/claude'));
  pass(40);
  watch.began();
  pass(60);
  watch.began();
  watch.answered(usage);

  expect(metrics.recorded).toEqual({
    'ModelCalls anthropic answered': [1],
    'ModelFirstTokenMs anthropic': [40],
    'ModelCallMs anthropic': [100],
  });
  expect(lines).toMatchObject([
    { message: 'model answered', fields: { ...ids, firstAfterMs: 40, tookMs: 100, inputTokens: 7, outputTokens: 5 } },
  ]);
});

it('tells a try that is followed by another from one that was the last', () => {
  const { telling, lines, metrics, ids } = createTelling();
  const stalled = new ModelError('model_stalled', 'It said nothing.', { retry: 'often' });

  watchModelCall(telling, call('openai/gpt')).failed(stalled, 500);
  watchModelCall(telling, call('openai/gpt')).failed(stalled, null);

  expect(metrics.recorded).toEqual({
    'ModelCalls openai model_stalled': [1, 1],
    'ModelRetries openai': [1],
    ModelFailures: [1],
  });
  expect(lines.map(({ fields }) => fields)).toMatchObject([
    { ...ids, reason: 'model_stalled', pauseMs: 500 },
    { ...ids, reason: 'model_stalled', pauseMs: null },
  ]);
});

it('knows providers only: what people name does not become a metric', () => {
  const { telling, metrics } = createTelling();

  watchModelCall(telling, call('somebody/something')).answered(usage);

  expect(Object.keys(metrics.recorded)).toEqual(['ModelCalls other answered', 'ModelCallMs other']);
});

it('says what came of a tool, also when its run was stopped', () => {
  const { telling, lines, metrics, controller, ids } = createTelling();
  const tool = { callId: 'run/1.0', tool: 'look', agentId: sampleTask().prepared.agentId };

  tellToolCall(telling, tool, { ok: true, durationMs: 3 });
  tellToolCall(telling, tool, { ok: false, durationMs: 4 });
  controller.abort();
  tellToolCall(telling, tool, { ok: false, durationMs: 5 });

  expect(metrics.recorded).toEqual({
    'ToolCalls ok': [1],
    'ToolCalls failed': [1],
    'ToolCalls stopped': [1],
    ToolCallMs: [3, 4, 5],
  });
  expect(lines[0]).toMatchObject({ message: 'tool called', fields: { ...ids, tool: 'look', outcome: 'ok' } });
});
