import { createServer, type ServerResponse } from 'node:http';
import { listen } from './listen.ts';
import { type BrokenStream, messageOf, sendAnswer, sendBroken, sendError } from './responses-format.ts';

/** What the model server does next. */
export type ModelBehaviour =
  | { kind: 'answer'; text: string }
  | { kind: 'status'; status: number }
  | { kind: Exclude<BrokenStream, 'stall'> };

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
  const { url, stop } = await listen(server);
  return {
    url: `${url}/v1`,
    behave: (next) => {
      behaviour = next;
    },
    get requests() {
      return requests;
    },
    stop,
  };
}

function respond(response: ServerResponse, behaviour: ModelBehaviour): void {
  switch (behaviour.kind) {
    case 'status':
      sendError(response, behaviour.status);
      return;
    case 'answer': {
      const { text } = behaviour;
      sendAnswer(response, {
        id: 'resp_1',
        deltas: text.match(/\S+\s*/g) ?? [],
        output: [messageOf('msg_1', text)],
        usage: { input: 10, cached: 4, output: 5, reasoning: 2 },
      });
      return;
    }
    default:
      sendBroken(response, behaviour.kind);
  }
}
