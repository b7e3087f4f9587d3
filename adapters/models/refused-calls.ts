import type { ModelRequest } from '@openai/agents';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { isRecord } from './raw-event.ts';

/**
 * Passes steps on, and ends the calls that the SDK answers itself, without any tool: of tools that the agent does not have,
 * or with arguments that are not JSON. Their answers are seen when the model is asked again.
 */
export function endRefusedCalls(tell: (step: AgentStep) => void) {
  const open = new Set<string>();
  return {
    tell(step: AgentStep): void {
      if (step.type === 'tool_called') open.add(step.key);
      if (step.type === 'tool_ended') open.delete(step.key);
      tell(step);
    },
    seeRequest({ input }: ModelRequest): void {
      if (typeof input === 'string') return;
      for (const item of input) {
        if (item.type !== 'function_call_result' || !open.delete(item.callId)) continue;
        tell({ type: 'tool_ended', key: item.callId, ok: false, output: textOf(item.output), durationMs: 0 });
      }
    },
  };
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return isRecord(output) && typeof output['text'] === 'string' ? output['text'] : JSON.stringify(output);
}
