import { bearerProtocolPrefix, socketProtocol } from '#core/protocol/socket.ts';
import type { ClientConfig } from './config/client-config.ts';
import { type Api, createApi } from './http/api.ts';
import type { Session } from './session/session.ts';
import { sparingly } from './session/sparingly.ts';
import { partyTransport } from './socket/party-transport.ts';
import { createSocketClient, type SocketClient } from './socket/socket-client.ts';
import { wakeOnReturn } from './socket/wake-ups.ts';
import { type Answers, createAnswers } from './state/answers.ts';
import { type BranchChoices, createBranchChoices } from './state/branch-choices.ts';
import { createClientTools } from './state/client-tools.ts';
import { createDrafts, type Drafts } from './state/drafts.ts';
import { localText, tabText } from './state/local-storage.ts';
import { entriesOf } from './state/outbox.ts';
import { createOutboxStore, type OutboxStore } from './state/outbox-store.ts';
import { inOneTab } from './state/tab-lock.ts';
import { setTheme } from './state/theme.ts';
import { createThreadListStore, type ThreadListStore } from './state/thread-list-store.ts';
import { createThreadStore } from './state/thread-store.ts';
import { createThreadStores, type ThreadStores } from './state/thread-stores.ts';
import { createWorkspaceChoice, type WorkspaceChoice } from './workspace/workspace-choice.ts';

/** Everything that lives as long as one user is signed in on one page. */
export interface Platform {
  readonly userId: string;
  readonly config: ClientConfig;
  readonly session: Session;
  readonly workspaceChoice: WorkspaceChoice;
  readonly api: Api;
  readonly socket: SocketClient;
  readonly threadList: ThreadListStore;
  readonly threads: ThreadStores;
  readonly outbox: OutboxStore;
  readonly drafts: Drafts;
  readonly branchChoices: BranchChoices;
  readonly answers: Answers;
  close(): void;
}

export function createPlatform(config: ClientConfig, session: Session, userId: string): Platform {
  const renew = sparingly(session.renew, () => performance.now());
  const api = createApi({
    baseUrl: config.apiUrl,
    fetch: (input, init) => fetch(input, init),
    token: session.token,
    renewToken: renew,
  });
  const socket = createSocketClient({
    openTransport: partyTransport({
      url: config.socketUrl,
      protocols: async () => [socketProtocol, bearerProtocolPrefix + (await session.token())],
    }),
    // A failure shows as the connection that does not come; it is tried again with the next attempt.
    onTokenRefused: () => void renew().catch(() => undefined),
  });
  const stopTokens = session.onToken((token, owner) => {
    if (owner === userId) socket.refreshToken(token);
  });
  const stopWaking = wakeOnReturn(socket, window);
  const feedKey = `troupe.feed.${userId}`;
  const outboxKey = `troupe.outbox.${userId}`;
  const outbox = createOutboxStore({
    api,
    socket,
    storage: { get: () => tabText.get(outboxKey), set: (stored) => tabText.set(outboxKey, stored) },
    newId: newRequestId,
    now: () => new Date(),
  });
  const answers = createAnswers({ api, socket });
  const clientTools = createClientTools({
    setTheme,
    answer: answers.answerCall,
    isSeen: () => document.visibilityState === 'visible' && socket.status.get().status === 'open',
    alone: inOneTab,
  });
  document.addEventListener('visibilitychange', clientTools.lookAgain);
  const stopLooking = socket.status.subscribe(clientTools.lookAgain);
  const threads = createThreadStores((threadId) => {
    const store = createThreadStore(threadId, {
      api,
      socket,
      awaitsRun: () => entriesOf(outbox.entries.get(), threadId).some(({ state }) => state.status === 'accepted'),
    });
    store.state.subscribe(() => {
      const state = store.state.get();
      if (state.status === 'ready') clientTools.look(state.view);
    });
    return store;
  });

  return {
    userId,
    config,
    session,
    workspaceChoice: createWorkspaceChoice(userId),
    api,
    socket,
    threads,
    outbox,
    threadList: createThreadListStore({
      api,
      socket,
      seenSeq: {
        get: () => Number(localText.get(feedKey) ?? 0) || 0,
        set: (seq) => localText.set(feedKey, String(seq)),
      },
    }),
    drafts: createDrafts(localText, userId),
    branchChoices: createBranchChoices(localText),
    answers,
    close() {
      document.removeEventListener('visibilitychange', clientTools.lookAgain);
      stopLooking();
      stopTokens();
      stopWaking();
      outbox.close();
      threads.close();
      socket.close();
    },
  };
}

/** Not `crypto.randomUUID`: it is missing on pages without TLS, such as a development server on another machine. */
export const newRequestId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
