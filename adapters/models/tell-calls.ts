import { logIds } from '#core/domain/log-ids.ts';
import { parseModelId } from '#core/domain/model-id.ts';
import { isModelProvider } from '#core/domain/model-providers.ts';
import { noMetrics } from '#core/ports/metrics.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { Usage } from '#core/protocol/run.ts';
import { toRunError } from './model-error.ts';
import type { Engine } from './run-engine.ts';

type Telling = Pick<Engine, 'logger' | 'metrics' | 'now' | 'task'>;

interface ModelCall {
  readonly callId: string;
  readonly model: string;
  readonly agentId: AgentId;
  readonly tries: number;
}

/** Follows one try of a model call that begins now. What was said and asked stays out of it. */
export function watchModelCall({ logger, metrics = noMetrics, now, task }: Telling, call: ModelCall) {
  const startedAtMs = now();
  const provider = parseModelId(call.model)?.provider ?? '';
  const Provider = isModelProvider(provider) ? provider : 'other';
  const about = () => ({ ...logIds(task.context), ...call, tookMs: now() - startedAtMs });
  let firstAfterMs: number | undefined;
  return {
    /** It has said something, or the first part of a call. */
    began(): void {
      if (firstAfterMs !== undefined) return;
      firstAfterMs = now() - startedAtMs;
      metrics.record('ModelFirstTokenMs', firstAfterMs, { Provider });
    },
    answered({ inputTokens, outputTokens }: Usage): void {
      metrics.record('ModelCalls', 1, { Provider, Outcome: 'answered' });
      metrics.record('ModelCallMs', now() - startedAtMs, { Provider });
      logger?.info({ ...about(), firstAfterMs, inputTokens, outputTokens }, 'model answered');
    },
    stopped(): void {
      metrics.record('ModelCalls', 1, { Provider, Outcome: 'stopped' });
      logger?.info(about(), 'model call stopped');
    },
    /** With how long it waits until the model is asked again; null when it is not. */
    failed(error: unknown, pauseMs: number | null): void {
      const { code } = toRunError(error, call.model);
      metrics.record('ModelCalls', 1, { Provider, Outcome: code });
      if (pauseMs === null) metrics.record('ModelFailures', 1);
      else metrics.record('ModelRetries', 1, { Provider });
      logger?.warn({ ...about(), reason: code, pauseMs }, 'a model call broke off');
    },
  };
}

interface ToolCall {
  readonly callId: string;
  readonly tool: string;
  readonly agentId: AgentId;
}

/** Says that a tool has worked, and what came of it; not what it was given and what it gave. */
export function tellToolCall(
  { logger, metrics = noMetrics, task }: Telling,
  call: ToolCall,
  { ok, durationMs }: { ok: boolean; durationMs: number },
): void {
  const Outcome = task.signal.aborted ? 'stopped' : ok ? 'ok' : 'failed';
  metrics.record('ToolCalls', 1, { Outcome });
  metrics.record('ToolCallMs', durationMs);
  logger?.info({ ...logIds(task.context), ...call, outcome: Outcome, durationMs }, 'tool called');
}
