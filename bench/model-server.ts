// A model server in its own process that speaks the streaming format of OpenAI's Responses API at a set pace. It does
// nothing else, so that its own CPU does not drown what is measured.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { type Served, serveAsChild } from '#local/aws/child-entry.ts';
import { preciseNow } from './clock.ts';
import { type AnswerTimes, Pace, tokenText } from './pace.ts';

const Question = z.object({
  input: z.union([z.string(), z.array(z.looseObject({ role: z.string().optional(), content: z.unknown() }))]),
});

interface Answer {
  readonly pace: z.output<typeof Pace>;
  readonly response: ServerResponse;
  readonly askedMs: number;
  readonly askedBytes: number;
  firstTokenMs: number;
  sent: number;
}

/** How often it looks which tokens are due. */
const tickMs = 4;
const messageId = 'msg_bench';

const answers = new Set<Answer>();
const times = new Map<string, AnswerTimes>();
let ticking: NodeJS.Timeout | undefined;

function frame(event: { type: string; [field: string]: unknown }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Written once per place in an answer, not once per answer. */
const tokenFrames: Buffer[] = [];
function tokenFrame(index: number): Buffer {
  tokenFrames[index] ??= Buffer.from(
    frame({
      type: 'response.output_text.delta',
      sequence_number: index + 3,
      item_id: messageId,
      output_index: 0,
      content_index: 0,
      delta: tokenText,
      logprobs: [],
    }),
  );
  return tokenFrames[index];
}

const message = (text: string, status: string) => ({
  id: messageId,
  type: 'message',
  role: 'assistant',
  status,
  content: status === 'completed' ? [{ type: 'output_text', text, annotations: [] }] : [],
});

const responseObject = (status: string, output: object[], tokens = 0) => ({
  id: 'resp_bench',
  object: 'response',
  created_at: Math.floor(Date.now() / 1000),
  model: 'bench',
  status,
  output,
  usage: status === 'completed' ? { input_tokens: 10, output_tokens: tokens, total_tokens: tokens + 10 } : null,
});

function begin({ response }: Answer): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  response.write(
    frame({ type: 'response.created', sequence_number: 0, response: responseObject('in_progress', []) }) +
      frame({
        type: 'response.output_item.added',
        sequence_number: 1,
        output_index: 0,
        item: message('', 'in_progress'),
      }) +
      frame({
        type: 'response.content_part.added',
        sequence_number: 2,
        item_id: messageId,
        output_index: 0,
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      }),
  );
}

function end({ response, pace, askedMs, askedBytes, firstTokenMs }: Answer): void {
  times.set(pace.answerId, { askedMs, askedBytes, firstTokenMs, lastTokenMs: preciseNow() });
  const done = message(tokenText.repeat(pace.tokens), 'completed');
  response.end(
    frame({ type: 'response.output_item.done', sequence_number: pace.tokens + 3, output_index: 0, item: done }) +
      frame({
        type: 'response.completed',
        sequence_number: pace.tokens + 4,
        response: responseObject('completed', [done], pace.tokens),
      }),
  );
}

/** Sends what is due, and says whether that was all. */
function advance(answer: Answer, nowMs: number): boolean {
  const { pace, response } = answer;
  const due = Math.floor(((nowMs - answer.firstTokenMs) * pace.tokensPerSecond) / 1000) + 1;
  while (answer.sent < Math.min(due, pace.tokens)) {
    response.write(tokenFrame(answer.sent));
    answer.sent += 1;
  }
  if (answer.sent < pace.tokens) return false;
  end(answer);
  return true;
}

function tick(): void {
  const nowMs = preciseNow();
  for (const answer of answers) if (answer.response.destroyed || advance(answer, nowMs)) answers.delete(answer);
  if (answers.size > 0) return;
  clearInterval(ticking);
  ticking = undefined;
}

function start(answer: Answer): void {
  answer.firstTokenMs = preciseNow();
  if (advance(answer, answer.firstTokenMs)) return;
  answers.add(answer);
  ticking ??= setInterval(tick, tickMs);
}

/** The pace that the newest message asks for. */
function paceOf({ input }: z.output<typeof Question>): z.output<typeof Pace> {
  const content = typeof input === 'string' ? input : input.findLast(({ role }) => role === 'user')?.content;
  return Pace.parse(JSON.parse(typeof content === 'string' ? content : textOf(content)));
}

const textOf = (content: unknown): string =>
  z
    .array(z.object({ text: z.string() }))
    .parse(content)
    .map(({ text }) => text)
    .join('');

async function serve(): Promise<Served> {
  const server = createServer((request, response) => {
    const askedMs = preciseNow();
    if (request.method === 'GET') {
      response.end(JSON.stringify(Object.fromEntries(times)));
      times.clear();
      return;
    }
    json(request)
      .then((body) => {
        const pace = paceOf(Question.parse(body));
        const askedBytes = Number(request.headers['content-length'] ?? 0);
        const answer: Answer = { pace, response, askedMs, askedBytes, firstTokenMs: 0, sent: 0 };
        begin(answer);
        if (pace.firstTokenDelayMs > 0) setTimeout(start, pace.firstTokenDelayMs, answer);
        else start(answer);
      })
      .catch((error: unknown) => response.writeHead(400).end(JSON.stringify({ error: { message: String(error) } })));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => server.closeAllConnections(),
  };
}

await serveAsChild('model', serve);
