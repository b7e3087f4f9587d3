import type { ServerResponse } from 'node:http';

// The streaming format of OpenAI's Responses API, as far as models of tests speak it.

export type Send = (event: { type: string } & Record<string, unknown>) => void;

/** Begins an answer; each event is sent as it comes. */
export function openStream(response: ServerResponse): Send {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (event) => void response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

export interface Answer {
  readonly id: string;
  /** Pieces of text, one delta each. */
  readonly deltas: readonly string[];
  readonly output: readonly object[];
  readonly usage: {
    readonly input: number;
    readonly cached: number;
    readonly output: number;
    readonly reasoning: number;
  };
}

/** An answer that is on its way. */
export interface OpenAnswer {
  say(delta: string): void;
  finish(answer: Pick<Answer, 'output' | 'usage'>): void;
}

/** Begins an answer that is said bit by bit, and ends when it is told to. */
export function beginAnswer(response: ServerResponse, id: string): OpenAnswer {
  const send = openStream(response);
  send({ type: 'response.created', response: { id, output: [] } });
  return {
    say: (delta) => send(textDelta(delta)),
    finish({ output, usage }) {
      const counted = {
        input_tokens: usage.input,
        output_tokens: usage.output,
        total_tokens: usage.input + usage.output,
        input_tokens_details: { cached_tokens: usage.cached },
        output_tokens_details: { reasoning_tokens: usage.reasoning },
      };
      send({
        type: 'response.completed',
        response: { id, object: 'response', status: 'completed', output, usage: counted },
      });
      response.end();
    },
  };
}

/** A whole answer, from its first event to its last. */
export function sendAnswer(response: ServerResponse, { id, deltas, ...rest }: Answer): void {
  const answer = beginAnswer(response, id);
  for (const delta of deltas) answer.say(delta);
  answer.finish(rest);
}

const textDelta = (delta: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta,
});

/** A message of the model among its output. */
export const messageOf = (id: string, text: string) => ({
  id,
  type: 'message',
  role: 'assistant',
  status: 'completed',
  content: [{ type: 'output_text', text, annotations: [] }],
});

/** Answers with an error of the API. */
export function sendError(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  const error = { message: `the model server says ${status}`, type: 'test', code: null };
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));
}

/**
 * How a stream goes wrong: it ends without a word, is cut off in mid-sentence, cannot be read, or says half a sentence and
 * then nothing more, with its connection open.
 */
export type BrokenStream = 'nothing' | 'cut' | 'garbage' | 'stall';

export function sendBroken(response: ServerResponse, how: BrokenStream): void {
  const send = openStream(response);
  switch (how) {
    case 'nothing':
      response.end();
      return;
    case 'garbage':
      response.end('data: {"type": "response.output_te\n\ndata: <html>\n\n');
      return;
    case 'cut':
    case 'stall':
      send({ type: 'response.created', response: { id: 'resp_1', output: [] } });
      send(textDelta('Half of an'));
      if (how === 'cut') setImmediate(() => response.socket?.resetAndDestroy());
  }
}
