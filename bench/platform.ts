import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, type StackOptions, startStack } from '#local/stack.ts';
import { newUser, type TestUser } from '#tests/support/test-user.ts';
import { type ChatSocket, openChatSocket, type SeenRun } from './chat-socket.ts';
import { preciseNow } from './clock.ts';
import { type Model, startModel } from './model.ts';
import { type Pace, tokenText } from './pace.ts';
import type { Pids } from './process-usage.ts';

/** The whole platform and the model server, in a fresh folder. */
export interface Platform {
  /** Where it keeps everything. */
  readonly folder: string;
  readonly stack: Stack;
  readonly keys: StackOptions['keys'];
  readonly model: Model;
  /** Every process that belongs to the platform. */
  readonly pids: Pids;
}

export const newKeys = (): StackOptions['keys'] => ({
  stateVersion: 1,
  jwtSecret: randomBytes(32).toString('hex'),
  publishableKey: `sb_publishable_${randomBytes(16).toString('hex')}`,
  secretKey: `sb_secret_${randomBytes(16).toString('hex')}`,
});

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'troupe-bench-'));

interface Setup {
  readonly folder?: string;
  readonly keys?: StackOptions['keys'];
  readonly workers?: number;
  readonly apiEnv?: Record<string, string>;
}

/** Starts all, does the work, and stops all and deletes the folder whatever happens. */
export async function withPlatform<Result>(
  workerEnv: Record<string, string>,
  work: (platform: Platform) => Promise<Result>,
  { folder = newFolder(), keys = newKeys(), workers = 1, apiEnv = {} }: Setup = {},
): Promise<Result> {
  const model = await startModel();
  try {
    const env = { ...model.workerEnv, ...workerEnv };
    const stack = await startStack({ folder, keys, port: 0, workers, workerEnv: env, apiEnv });
    try {
      return await work({ folder, stack, keys, model, pids: pidsOf(stack) });
    } finally {
      await stack.stop();
    }
  } finally {
    await model.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function pidsOf({ parts, ecs }: Stack): Pids {
  const { dynamodb, sqs, api, supabase } = parts;
  const [worker] = ecs.tasks();
  return {
    worker: worker?.pid ?? -1,
    api: api.pid,
    dynamodb: dynamodb.pid,
    sqs: sqs.pid,
    ...(supabase && { supabase: supabase.pid }),
  };
}

/** A user's open thread with a socket of its own that listens to it. */
export interface Chat {
  /** Sends a message for the model at this pace, and resolves when the answer is whole. */
  run(pace: Omit<Pace, 'answerId'>, onAccepted?: () => void): Promise<ChatRun>;
  readonly repeats: ChatSocket['repeats'];
  close(): Promise<void>;
}

export interface ChatRun extends SeenRun {
  readonly answerId: string;
  /** When the message was sent, and when it was said to be accepted. */
  readonly sentMs: number;
  readonly acceptedMs: number;
}

/** So many users share the chats: creating one takes a while. */
const chatsPerUser = 20;

/** Opens chats, each a thread and a socket. `socketUrl` is another gateway than the stack's own. */
export async function openChats(
  { stack }: Pick<Platform, 'stack'>,
  count: number,
  socketUrl: string = stack.socketUrl,
): Promise<Chat[]> {
  const chats: Chat[] = [];
  while (chats.length < count) {
    const user = await newUser(stack);
    const size = Math.min(chatsPerUser, count - chats.length);
    chats.push(...(await Promise.all(Array.from({ length: size }, () => openChat(user, socketUrl)))));
  }
  return chats;
}

export const agentOf = ({ agents }: TestUser): string => {
  const [agent] = Object.values(agents);
  if (!agent) throw new Error('a new user has no agent');
  return agent.id;
};

async function openChat(user: TestUser, socketUrl: string): Promise<Chat> {
  const thread = await user.call('POST /v1/threads', { body: { agentId: agentOf(user), title: 'Bench' } });
  const socket = await openChatSocket(socketUrl, user.token);
  await socket.ask({ type: 'subscribe', stream: `thread:${thread.id}`, after: 0 });
  return {
    run: (pace, onAccepted) => runIn(socket, { threadId: thread.id }, pace, onAccepted),
    repeats: socket.repeats,
    close: () => socket.close(),
  };
}

/** Starts a run and waits for its end. A new thread is subscribed to as soon as its id is known, as the web client does. */
export async function runIn(
  socket: ChatSocket,
  place: { threadId: string } | { agentId: string },
  pace: Omit<Pace, 'answerId'>,
  onAccepted?: () => void,
): Promise<ChatRun> {
  const answerId = randomUUID();
  const text = JSON.stringify({ ...pace, answerId });
  const sentMs = preciseNow();
  const { run } = await socket.ask({ type: 'run.start', ...place, input: { text }, clientRequestId: randomUUID() });
  const acceptedMs = preciseNow();
  onAccepted?.();
  if (!run) throw new Error('a run was accepted without an id');
  if ('agentId' in place) await socket.ask({ type: 'subscribe', stream: `thread:${run.threadId}`, after: 0 });
  const seen = await socket.seen(run.runId);
  if (seen.end !== 'run.completed') throw new Error(`${run.runId} ended with ${seen.end}`);
  if (seen.text !== tokenText.repeat(pace.tokens)) throw new Error(`${run.runId} lost or doubled a part of its answer`);
  return { ...seen, answerId, sentMs, acceptedMs };
}
