import type { ClientMessage } from '#core/protocol/socket.ts';
import { newRequestId } from '../support/test-user.ts';
import type { Outcome } from './route-matrix.ts';
import type { Actor, World } from './world.ts';

/** Who has a socket at all. */
export type Speaker = Exclude<Actor, 'noToken' | 'expiredToken'>;

interface SocketRow {
  readonly outcomes: Readonly<Record<Speaker, Outcome>>;
  readonly message: (world: World, speaker: Speaker) => object;
}

type Three = readonly [Outcome, Outcome, Outcome];

/** `inside`: owner, admin, member. `keys`: Acme's, for reading, running and managing. */
function row(
  inside: Three,
  outside: Outcome,
  keys: Three,
  message: SocketRow['message'],
  foreignKey: Outcome = outside,
): SocketRow {
  const [owner, admin, member] = inside;
  const [readKey, runKey, manageKey] = keys;
  const outsiders = { stranger: outside, foreignAdmin: outside, anonymous: outside, revoked: outside };
  return {
    outcomes: { owner, admin, member, ...outsiders, readKey, runKey, manageKey, foreignKey },
    message,
  };
}

const all: Three = ['allowed', 'allowed', 'allowed'];
const none: Three = ['forbidden', 'forbidden', 'forbidden'];
const themself: Three = ['not_found', 'allowed', 'not_found'];
const runKeys: Three = ['forbidden', 'allowed', 'allowed'];

/** Who may say what, about things of Acme's. A new message does not compile without rows. */
export const socketMatrix: Readonly<Record<ClientMessage['type'], readonly SocketRow[]>> = {
  ping: [row(all, 'allowed', all, () => ({}))],
  'auth.refresh': [row(all, 'allowed', all, ({ tokens }, speaker) => ({ token: tokens[speaker] }))],
  subscribe: [
    // A person's own feed is of all of their workspaces; a key is of one.
    row(all, 'allowed', none, () => ({ stream: 'user', after: 0 }), 'forbidden'),
    row(all, 'not_found', all, ({ workspaceId }) => ({ stream: `workspace:${workspaceId}`, after: 0 })),
    row(themself, 'not_found', all, ({ thread }) => ({ stream: `thread:${thread.threadId}`, after: 0 })),
  ],
  unsubscribe: [row(all, 'allowed', all, ({ thread }) => ({ stream: `thread:${thread.threadId}` }))],
  'run.start': [
    row(all, 'not_found', runKeys, ({ agent }) => ({
      agentId: agent.id,
      input: { text: 'Hello' },
      clientRequestId: newRequestId(),
    })),
    row(themself, 'not_found', runKeys, ({ thread: { threadId } }) => ({
      threadId,
      input: { text: 'Hello' },
      clientRequestId: newRequestId(),
    })),
  ],
  'run.cancel': [row(themself, 'not_found', runKeys, ({ toCancel: { runId } }) => ({ runId }))],
  'approval.resolve': [
    row(['allowed', 'allowed', 'not_found'], 'not_found', runKeys, ({ toDecide: { runId, approvalId } }) => ({
      runId,
      approvalId,
      resolution: { decision: 'reject' },
    })),
  ],
  'client_tool.output': [
    row(themself, 'not_found', runKeys, ({ toAnswer: { runId, callId } }) => ({
      runId,
      itemId: callId,
      result: { error: 'Nobody is there.' },
    })),
  ],
};
