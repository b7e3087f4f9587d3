import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { listen } from '../support/listen.ts';

/** What the server does with the next requests for an answer. `refuse` and `complain` quote the key that they were sent. */
type Mood = 'answer' | 'refuse' | 'complain';

/** A model server that takes any key but those that begin with "wrong", and quotes keys in its errors, as some do. */
export interface QuotingModel {
  /** Its base URL, as a person puts it in. */
  readonly url: string;
  be(mood: Mood): void;
  /** The keys that it was sent with a request for an answer. */
  readonly keys: ReadonlySet<string>;
  stop(): Promise<void>;
}

const Request = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).default([]),
});

/** Speaks OpenAI's Chat Completions: calls `current_time` once for each message if it can, and then says so. */
export async function startQuotingModel(): Promise<QuotingModel> {
  let mood: Mood = 'answer';
  const keys = new Set<string>();
  const server = createServer((request, response) => {
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (key.startsWith('wrong')) return sayNo(response, 401, `Incorrect API key provided: ${key}.`);
    if (request.url?.endsWith('/models')) return void response.writeHead(200).end('{"object":"list","data":[]}');
    keys.add(key);
    if (mood === 'refuse') return sayNo(response, 401, `Incorrect API key provided: ${key}.`);
    if (mood === 'complain') return sayNo(response, 400, `The project of ${key} has no model of this name.`);
    return void readBody(request).then((body) => answer(response, Request.parse(JSON.parse(body))));
  });
  const { url, stop } = await listen(server);
  return {
    url: `${url}/v1`,
    be: (next) => {
      mood = next;
    },
    keys,
    stop,
  };
}

function sayNo(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code: null } }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

function answer(response: ServerResponse, { messages, tools }: z.infer<typeof Request>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const common = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'parrot' };
  const send = (part: object) => response.write(`data: ${JSON.stringify({ ...common, ...part })}\n\n`);
  const canCall = tools.some((tool) => tool.function.name === 'current_time');
  const delta =
    canCall && messages.findLast(({ role }) => role !== 'system')?.role === 'user'
      ? {
          tool_calls: [
            {
              index: 0,
              id: 'call_1',
              type: 'function',
              function: { name: 'current_time', arguments: '{"timeZone":"UTC"}' },
            },
          ],
        }
      : { content: 'It is late.' };
  send({ choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] });
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' in delta ? 'tool_calls' : 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 } });
  response.end('data: [DONE]\n\n');
}
