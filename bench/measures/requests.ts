import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type ChatRun, newFolder, openChats, withPlatform } from '../platform.ts';
import type { Figure, Section } from '../report.ts';
import { median } from '../statistics.ts';

const warmUp = 6;
const samples = 20;
const pace = { tokens: 4, tokensPerSecond: 200 };

const Request = z.object({ name: z.string(), startMs: z.number(), endMs: z.number(), pid: z.number() });
type Request = z.infer<typeof Request>;

/** What a worker asks whether there is a run or not, and what goes to the model. */
const isBeside = ({ name }: Request) => ['ReceiveMessage', 'BatchGetItem', '/v1/responses'].includes(name);

/**
 * The requests that stand between a message and the first token of its answer, in a thread that exists. Their number, and how many of
 * them come one after the other, are the same on a machine that works at other things.
 */
export async function measureRequests(): Promise<Section> {
  const folder = newFolder();
  const file = join(folder, 'requests.jsonl');
  const preload = new URL('../request-log.ts', import.meta.url).href;
  const env = { NODE_OPTIONS: `--import=${preload}`, REQUEST_LOG: file };
  try {
    return await withPlatform(
      env,
      async (platform) => {
        const [chat] = await openChats(platform, 1);
        const seen: ChatRun[] = [];
        for (let sample = 0; chat && sample < warmUp + samples; sample += 1) {
          const run = await chat.run(pace);
          await quiet(file);
          if (sample >= warmUp) seen.push(run);
        }
        await chat?.close();
        const times = await platform.model.takeTimes();
        const requests = requestsIn(file);
        const runs = seen.map(({ sentMs, firstDeltaMs, lastDeltaMs, answerId }, index) => {
          const between = (fromMs: number, toMs: number) =>
            requests.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
          return {
            sentMs,
            askedMs: times[answerId]?.askedMs ?? firstDeltaMs,
            firstDeltaMs,
            before: between(sentMs, times[answerId]?.askedMs ?? firstDeltaMs),
            toSocket: between(sentMs, firstDeltaMs),
            after: between(lastDeltaMs, seen[index + 1]?.sentMs ?? Number.POSITIVE_INFINITY),
          };
        });
        return { title: 'Requests between a message and the first token of its answer', figures: figuresOf(runs) };
      },
      { apiEnv: env },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly sentMs: number;
  readonly askedMs: number;
  readonly firstDeltaMs: number;
  /** Until the model is asked. */
  readonly before: readonly Request[];
  readonly toSocket: readonly Request[];
  /** From the last token on. */
  readonly after: readonly Request[];
}

const requestsIn = (file: string): Request[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Request.parse(JSON.parse(line)))
    .filter((request) => !isBeside(request));

/** Waits until nothing is asked any more: a run is settled, and its message deleted, after its client has seen its end. */
async function quiet(file: string): Promise<void> {
  for (let seen = -1; seen !== requestsIn(file).length; ) {
    seen = requestsIn(file).length;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

function figuresOf(runs: readonly Run[]): Figure[] {
  const count = (name: string, requestsOf: (run: Run) => readonly Request[], note?: string): Figure => ({
    name,
    value: median(runs.map((run) => requestsOf(run).length)),
    unit: '',
    ...(note && { note }),
  });
  const isPostgres = ({ name }: Request) => name.startsWith('/rest/');
  const middle = runs.toSorted((a, b) => a.before.length - b.before.length)[Math.floor(runs.length / 2)];
  return [
    count('until the model is asked', ({ before }) => before),
    count('  … of them one after the other, at least', ({ before }) => longestChain(before)),
    count('  … of them to Postgres', ({ before }) => before.filter(isPostgres)),
    count('until the first token is at the socket', ({ toSocket }) => toSocket, middle && waterfall(middle)),
    count('from the last token until the run is settled', ({ after }) => after),
    count('  … of them one after the other, at least', ({ after }) => longestChain(after)),
  ];
}

/** The most requests of which each began when the one before had ended. */
function longestChain(requests: readonly Request[]): Request[] {
  const chain: Request[] = [];
  for (const request of requests.toSorted((a, b) => a.endMs - b.endMs)) {
    if (request.startMs >= (chain.at(-1)?.endMs ?? 0)) chain.push(request);
  }
  return chain;
}

/** Every request with its process (the functions are A), and when it began and ended. */
function waterfall({ toSocket, sentMs, askedMs, firstDeltaMs }: Run): string {
  const sorted = toSocket.toSorted((a, b) => a.startMs - b.startMs);
  const processes = [...new Set(sorted.map(({ pid }) => pid))];
  const at = (ms: number) => Math.round(ms - sentMs);
  const told = sorted.map(({ name, startMs, endMs, pid }) => {
    const what = name.replace('/rest/v1/', '').replace(/@connections.*/, 'push');
    return `${String.fromCharCode(65 + processes.indexOf(pid))} ${what} ${at(startMs)}–${at(endMs)}`;
  });
  return `model asked at ${at(askedMs)} ms, first token at ${at(firstDeltaMs)} ms: ${told.join(', ')}`;
}
