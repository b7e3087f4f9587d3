import { createServer, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { listen } from '../support/listen.ts';
import { beginAnswer, messageOf } from '../support/responses-format.ts';

const Request = z.object({ input: z.array(z.looseObject({ role: z.string().optional(), content: z.unknown() })) });

export interface HeldModel {
  /** For OPENAI_BASE_URL. */
  readonly url: string;
  /** What is being answered ends now, and what is asked from now on is answered at once. */
  letGo(): void;
  stop(): Promise<void>;
}

/** Says a word a second, in each of its answers, until it is let go; then it repeats what it was told. */
export async function startHeldModel(): Promise<HeldModel> {
  const held = new Set<() => void>();
  let free = false;
  const server = createServer(async (request, response) => {
    const { input } = Request.parse(await json(request));
    const told = JSON.stringify(input.findLast(({ role }) => role === 'user')?.content);
    const conclude = begin(response, `I was told ${told}.`);
    if (free) conclude();
    else held.add(conclude);
    response.once('close', () => held.delete(conclude));
  });
  const { url, stop } = await listen(server);
  return {
    url: `${url}/v1`,
    letGo() {
      free = true;
      for (const conclude of held) conclude();
    },
    stop,
  };
}

/** Begins an answer; what is returned ends it. */
function begin(response: ServerResponse, end: string): () => void {
  const { say, finish } = beginAnswer(response, 'resp_1');
  let text = '';
  const more = (words: string) => {
    text += words;
    say(words);
  };
  more('Let me see. ');
  const thinking = setInterval(() => more('Well … '), 1_000);
  response.once('close', () => clearInterval(thinking));
  return () => {
    clearInterval(thinking);
    more(end);
    finish({ output: [messageOf('msg_1', text)], usage: { input: 10, cached: 0, output: 5, reasoning: 0 } });
  };
}
