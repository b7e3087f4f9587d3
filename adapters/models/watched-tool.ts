import { tool as sdkTool } from '@openai/agents';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { Tool } from '#core/ports/tool.ts';

interface Result {
  readonly ok: boolean;
  readonly output: string;
}

/** A tool that tells when it begins and ends. Whatever goes wrong in it is told to the model as its result, and marked as not ok. */
export function watchTool(own: Tool, tell: (step: AgentStep) => void, signal: AbortSignal) {
  const watched = sdkTool({
    name: own.name,
    description: own.description,
    parameters: own.parameters,
    execute: () => '',
  });
  watched.invoke = async (_context, input, details) => {
    const key = details?.toolCall?.callId ?? own.name;
    const startedAt = performance.now();
    tell({ type: 'tool_started', key });
    const { ok, output } = await attempt(own, input, signal);
    tell({ type: 'tool_ended', key, ok, output, durationMs: Math.round(performance.now() - startedAt) });
    return output;
  };
  return watched;
}

/** The SDK has seen to it that the input is JSON. */
async function attempt(own: Tool, input: string, signal: AbortSignal): Promise<Result> {
  const parsed = own.parameters.safeParse(JSON.parse(input));
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
    return { ok: false, output: `The arguments are not valid: ${wrong}` };
  }
  try {
    return { ok: true, output: await own.execute(parsed.data, signal) };
  } catch (error) {
    // The model reads this and may do better; a person sees it in the tool card.
    return { ok: false, output: `The tool failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
