import type { ModelRequest } from '@openai/agents';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import { isRecord } from './raw-event.ts';
import { inputList, type Scope } from './scope.ts';

/**
 * Ends the calls that the SDK answers itself, without any tool: of tools that the agent does not have, or with arguments
 * that are not JSON. Their answers are seen when the model is asked again.
 */
export function endRefusedCalls(
  { refused }: Scope,
  input: ModelRequest['input'],
  tell: (step: AgentStep) => void,
): void {
  if (refused.size === 0) return;
  for (const item of inputList(input)) {
    if (item.type !== 'function_call_result') continue;
    const call = refused.get(item.callId);
    if (!call) continue;
    tell({ type: 'tool_ended', key: call.key, ok: false, output: textOf(item.output), durationMs: 0 });
  }
  refused.clear();
}

function textOf(output: unknown): string {
  if (typeof output === 'string') return output;
  return isRecord(output) && typeof output['text'] === 'string' ? output['text'] : JSON.stringify(output);
}
