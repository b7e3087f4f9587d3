import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { listen } from './listen.ts';

/** A server of one's own that speaks OpenAI's Chat Completions, as local model servers do. */
export interface ChatModel {
  /** Its base URL, as a person puts it in. */
  readonly url: string;
  /** The key that it takes; any other is refused. */
  readonly key: string;
  /** Answers every question with this HTTP status from now on; null answers them again. */
  failWith(status: number | null): void;
  stop(): Promise<void>;
}

const Request = z.looseObject({
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});

/** Hands over as soon as it is asked to and can; else it repeats what it was told. Counts 1,000 tokens in and 1,000 out for each call. */
export async function startChatModel(): Promise<ChatModel> {
  const key = 'sk-local-0123456789abcd';
  let failure: number | null = null;
  const server = createServer((request, response) => {
    if (request.headers.authorization !== `Bearer ${key}`) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":{"message":"wrong key"}}');
      return;
    }
    if (request.url?.endsWith('/models')) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[{"id":"parrot"}]}');
      return;
    }
    if (failure !== null) {
      response.writeHead(failure, { 'content-type': 'application/json' }).end('{"error":{"message":"not now"}}');
      return;
    }
    void readBody(request).then((body) => answer(response, Request.parse(JSON.parse(body))));
  });
  const { url, stop } = await listen(server);
  return {
    url: `${url}/v1`,
    key,
    failWith: (status) => {
      failure = status;
    },
    stop,
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}

function answer(response: ServerResponse, { messages, tools = [] }: z.infer<typeof Request>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (delta: object, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'parrot',
        choices: [{ index: 0, delta, finish_reason: finish }],
      })}\n\n`,
    );
  const asked = textOf(messages.findLast(({ role }) => role === 'user')?.content);
  const handover = tools.find(({ function: { name } }) => name.startsWith('transfer_to'));
  if (handover && /hand over/i.test(asked)) {
    const call = {
      index: 0,
      id: 'call_1',
      type: 'function',
      function: { name: handover.function.name, arguments: '{}' },
    };
    send({ role: 'assistant', tool_calls: [call] });
    send({}, 'tool_calls');
  } else {
    send({ role: 'assistant', content: 'You said: ' });
    send({ content: asked });
    send({}, 'stop');
  }
  const usage = { prompt_tokens: 1_000, completion_tokens: 1_000, total_tokens: 2_000 };
  response.write(
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'parrot', choices: [], usage })}\n\n`,
  );
  response.end('data: [DONE]\n\n');
}

const Part = z.looseObject({ text: z.string() });

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return z
    .array(Part)
    .catch([])
    .parse(content)
    .map(({ text }) => text)
    .join('');
}
