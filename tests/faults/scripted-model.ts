import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import * as z from 'zod';

/** What the model makes of what it has read: words, or calls of tools. */
export type Turn = { say: string } | { call: { name: string; args: object }[] };

/** How the model server fails, once per mention, before it answers as it should. */
export type ModelFault = '429' | '500' | 'nothing' | 'cut' | 'garbage' | 'stall';

const Request = z.object({
  model: z.string(),
  instructions: z.string().nullish(),
  input: z.array(z.looseObject({ type: z.string().optional(), role: z.string().optional() })),
  tools: z.array(z.looseObject({ name: z.string().optional() })).default([]),
});
export type ModelRequest = z.infer<typeof Request>;

export interface ScriptedModel {
  /** For OPENAI_BASE_URL. */
  readonly url: string;
  /** The next requests fail so, one each; told of each that did. */
  fail(faults: readonly ModelFault[], onFailed?: () => void): void;
  readonly requests: number;
  stop(): Promise<void>;
}

/**
 * A server that speaks the streaming format of OpenAI's Responses API and answers by a script: the same request has the
 * same answer, however often it is asked.
 */
export async function startScriptedModel(script: (request: ModelRequest) => Turn): Promise<ScriptedModel> {
  let faults: ModelFault[] = [];
  let tell = () => {};
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const asked = Request.parse(await json(request));
    const fault = faults.shift();
    if (fault) {
      tell();
      fail(response, fault);
    } else answer(response, script(asked), asked.input.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    fail(next, onFailed = () => {}) {
      faults = [...next];
      tell = onFailed;
    },
    get requests() {
      return requests;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Send = (event: { type: string } & Record<string, unknown>) => void;

function stream(response: ServerResponse): Send {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  return (event) => void response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
}

function fail(response: ServerResponse, fault: ModelFault): void {
  switch (fault) {
    case '429':
    case '500': {
      const error = { message: `told to answer ${fault}`, type: 'test', code: null };
      const headers = { 'content-type': 'application/json', ...(fault === '429' && { 'retry-after': '1' }) };
      response.writeHead(Number(fault), headers).end(JSON.stringify({ error }));
      return;
    }
    case 'nothing':
      stream(response);
      response.end();
      return;
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"type": "response.output_te\n\ndata: <html>\n\n');
      return;
    case 'cut':
    case 'stall': {
      const send = stream(response);
      send({ type: 'response.created', response: { id: 'resp_1', output: [] } });
      send(delta('Half of an'));
      // A stalled one says nothing more, and its connection stays open.
      if (fault === 'cut') setImmediate(() => response.socket?.resetAndDestroy());
    }
  }
}

/** Pieces of some characters, so that an answer is more than one event. */
const pieces = (text: string): string[] => text.match(/.{1,24}/gs) ?? [];

function answer(response: ServerResponse, turn: Turn, length: number): void {
  const send = stream(response);
  send({ type: 'response.created', response: { id: `resp_${length}`, output: [] } });
  if ('say' in turn) for (const piece of pieces(turn.say)) send(delta(piece));
  send({ type: 'response.completed', response: completed(turn, length) });
  response.end();
}

const delta = (text: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta: text,
});

function completed(turn: Turn, length: number) {
  const output =
    'say' in turn
      ? [
          {
            id: `msg_${length}`,
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.say, annotations: [] }],
          },
        ]
      : turn.call.map(({ name, args }, index) => ({
          id: `fc_${length}_${index}`,
          type: 'function_call',
          call_id: `call_${length}_${index}`,
          name,
          arguments: JSON.stringify(args),
          status: 'completed',
        }));
  return {
    id: `resp_${length}`,
    object: 'response',
    status: 'completed',
    output,
    usage: {
      input_tokens: 100,
      output_tokens: 20,
      total_tokens: 120,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens_details: { reasoning_tokens: 0 },
    },
  };
}
