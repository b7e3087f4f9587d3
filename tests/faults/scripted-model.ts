import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listen } from '../support/listen.ts';
import { type BrokenStream, messageOf, sendAnswer, sendBroken, sendError } from '../support/responses-format.ts';

/** What the model makes of what it has read: words, or calls of tools. */
export type Turn = { say: string } | { call: { name: string; args: object }[] };

/** How the model server fails, once per mention, before it answers as it should. */
export type ModelFault = '429' | '500' | BrokenStream;

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
  /** After some requests more, the next ones fail so, one each; told of each that did. */
  fail(faults: readonly ModelFault[], onFailed?: () => void, after?: number): void;
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
  let failsAfter = 0;
  const server = createServer(async (request, response) => {
    requests += 1;
    const asked = Request.parse(await json(request));
    const fault = requests > failsAfter ? faults.shift() : undefined;
    if (fault) {
      tell();
      fail(response, fault);
    } else answer(response, script(asked), asked.input.length);
  });
  const { url, stop } = await listen(server);
  return {
    url: `${url}/v1`,
    fail(next, onFailed = () => {}, after = 0) {
      faults = [...next];
      failsAfter = requests + after;
      tell = onFailed;
    },
    get requests() {
      return requests;
    },
    stop,
  };
}

function fail(response: ServerResponse, fault: ModelFault): void {
  if (fault === '429') sendError(response, 429, { 'retry-after': '1' });
  else if (fault === '500') sendError(response, 500);
  else sendBroken(response, fault);
}

/** Pieces of some characters, so that an answer is more than one event. */
const pieces = (text: string): string[] => text.match(/.{1,24}/gs) ?? [];

const answer = (response: ServerResponse, turn: Turn, length: number): void =>
  sendAnswer(response, {
    id: `resp_${length}`,
    deltas: 'say' in turn ? pieces(turn.say) : [],
    output: outputOf(turn, length),
    usage: { input: 100, cached: 0, output: 20, reasoning: 0 },
  });

const outputOf = (turn: Turn, length: number): object[] =>
  'say' in turn
    ? [messageOf(`msg_${length}`, turn.say)]
    : turn.call.map(({ name, args }, index) => ({
        id: `fc_${length}_${index}`,
        type: 'function_call',
        call_id: `call_${length}_${index}`,
        name,
        arguments: JSON.stringify(args),
        status: 'completed',
      }));
