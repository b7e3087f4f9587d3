import { setTimeout as delay } from 'node:timers/promises';
import type { Model, ModelRequest, StreamEvent } from '@openai/agents';

type Turn = { say: string } | { call: { tool: string; arguments: object }[] };
type Output = Extract<StreamEvent, { type: 'response_done' }>['response']['output'];

const wordsPerSecond = 80;

/** What the script makes of the messages since its last answer, and of what its calls gave back meanwhile. */
function turnOf([message = '', ...more]: string[], results: string[], handover: string | undefined): Turn {
  const deploy = (environment: string) => ({ tool: 'deploy', arguments: { environment, commit: '9f3c2ab' } });
  const theme = /theme: (.+)/.exec(message)?.[1];
  const done = results.length > 0;
  if (/steps/.test(message)) {
    return results.length < 3
      ? { call: [{ tool: 'step', arguments: { number: results.length + 1 } }] }
      : { say: `All steps are done. Meanwhile you said: ${more.join(', ') || 'nothing'}.` };
  }
  if (/hand over/.test(message) && handover && !done) return { call: [{ tool: handover, arguments: {} }] };
  if (done) return { say: `It came to this: ${results.join(' | ')}` };
  if (/deploy both/.test(message)) return { call: [deploy('staging'), deploy('production')] };
  if (/deploy/.test(message)) return { call: [deploy('staging')] };
  if (theme) return { call: [{ tool: 'switch_theme', arguments: { theme } }] };
  if (/charge/.test(message)) return { call: [{ tool: 'charge', arguments: { amount: 12 } }] };
  if (/wait/.test(message)) return { call: [{ tool: 'wait', arguments: {} }] };
  if (/ask me/.test(message)) return { call: [{ tool: 'ask_user', arguments: questions }] };
  if (/long/.test(message)) return { say: `${numbered(40)}\n\nThat was all.` };
  return { say: `You wrote "${message}".` };
}

const questions = {
  title: 'Before I go on',
  questions: [
    { id: 'where', question: 'Where to?', kind: 'choice', options: ['Rome', 'Oslo'], multiple: false, required: true },
    { id: 'why', question: 'Why there?', kind: 'text', options: [], multiple: false, required: true },
  ],
};

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `${index + 1}. A line of a long answer.`).join('\n');

/** A model that answers by a script: the same request has the same answer, however often it is asked. */
export const scriptModel: Model = {
  async *getStreamedResponse(request: ModelRequest): AsyncIterable<StreamEvent> {
    const items = typeof request.input === 'string' ? [] : request.input;
    const since = items.slice(items.findLastIndex((item) => 'role' in item && item.role === 'assistant') + 1);
    const turn = turnOf(
      since.flatMap((item) => ('role' in item && item.role === 'user' ? [textOf(item.content)] : [])),
      since.flatMap((item) => (item.type === 'function_call_result' ? [textOf(item.output)] : [])),
      request.handoffs[0]?.toolName,
    );
    yield { type: 'response_started' };
    const words = 'say' in turn ? (turn.say.match(/\S+\s*/g) ?? []) : [];
    for (let start = 0; start < words.length; start += 2) {
      yield { type: 'output_text_delta', delta: words.slice(start, start + 2).join('') };
      await delay(2000 / wordsPerSecond, undefined, request.signal ? { signal: request.signal } : {});
    }
    yield {
      type: 'response_done',
      response: {
        id: `script_${items.length}`,
        usage: { requests: 1, inputTokens: 10, outputTokens: 10, totalTokens: 20 },
        output: outputOf(turn, items.length),
      },
    };
  },
  getResponse: () => Promise.reject(new Error('the script only streams')),
};

function outputOf(turn: Turn, length: number): Output {
  if ('say' in turn) {
    const content = [{ type: 'output_text' as const, text: turn.say }];
    return [{ type: 'message', role: 'assistant', status: 'completed', content }];
  }
  return turn.call.map(({ tool, arguments: args }, index) => ({
    type: 'function_call',
    callId: `call_${length}_${index}`,
    name: tool,
    arguments: JSON.stringify(args),
    status: 'completed',
  }));
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map(textOf).join('');
  return typeof content === 'object' && content !== null && 'text' in content ? String(content.text) : '';
}
