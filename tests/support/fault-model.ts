import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model server does next. */
export type ModelBehaviour =
  | { kind: 'answer'; text: string }
  | { kind: 'status'; status: number }
  | { kind: 'garbage' }
  | { kind: 'cut' }
  | { kind: 'nothing' };

export interface FaultModel {
  /** For OPENAI_BASE_URL. */
  readonly url: string;
  behave(behaviour: ModelBehaviour): void;
  /** How many requests came in. */
  readonly requests: number;
  stop(): Promise<void>;
}

/** A server that speaks the streaming format of OpenAI's Responses API, or fails in the way it is told to. */
export async function startFaultModel(): Promise<FaultModel> {
  let behaviour: ModelBehaviour = { kind: 'answer', text: 'Hello.' };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().once('end', () => respond(response, behaviour));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    behave: (next) => {
      behaviour = next;
    },
    get requests() {
      return requests;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function respond(response: ServerResponse, behaviour: ModelBehaviour): void {
  if (behaviour.kind === 'status') {
    const error = { message: `the model server says ${behaviour.status}`, type: 'test', code: null };
    response.writeHead(behaviour.status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (event: { type: string } & Record<string, unknown>) =>
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  switch (behaviour.kind) {
    case 'garbage':
      response.end('data: {"type": "response.output_te\n\ndata: <html>\n\n');
      return;
    case 'nothing':
      response.end();
      return;
    case 'cut':
      send({ type: 'response.created', response: { id: 'resp_1', output: [] } });
      send(delta('Half of a'));
      setImmediate(() => response.socket?.resetAndDestroy());
      return;
    case 'answer':
      send({ type: 'response.created', response: { id: 'resp_1', output: [] } });
      for (const word of behaviour.text.match(/\S+\s*/g) ?? []) send(delta(word));
      send({ type: 'response.completed', response: completed(behaviour.text) });
      response.end();
  }
}

const delta = (text: string) => ({
  type: 'response.output_text.delta',
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta: text,
});

const completed = (text: string) => ({
  id: 'resp_1',
  object: 'response',
  status: 'completed',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text, annotations: [] }],
    },
  ],
  usage: {
    input_tokens: 10,
    output_tokens: 5,
    total_tokens: 15,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens_details: { reasoning_tokens: 2 },
  },
});
