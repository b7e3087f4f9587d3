import type { RunId } from '#core/protocol/ids.ts';
import type { OutboxEntry } from './outbox.ts';
import type { Turn } from './turns.ts';

/** A thread as it is drawn while requests are on their way. */
export interface PendingTurns {
  readonly turns: readonly Turn[];
  /** Messages that stand after the turns. */
  readonly messages: readonly OutboxEntry[];
  /** Messages that stand in the turn that goes on. */
  readonly steers: readonly OutboxEntry[];
}

/** Puts what was asked where it will stand: an edited message in place of the old one, a steering one into the turn that goes on. */
export function withPending(turns: readonly Turn[], entries: readonly OutboxEntry[]): PendingTurns {
  const goesOn = turns.some(({ phase }) => phase === 'live');
  let shown = turns;
  const messages: OutboxEntry[] = [];
  const steers: OutboxEntry[] = [];
  for (const entry of entries) {
    const { request, state } = entry;
    if ('input' in request) {
      if (request.replaces) shown = upTo(shown, request.replaces);
      if (request.delivery === 'steer' && goesOn) steers.push(entry);
      else messages.push(entry);
    } else if ('regenerate' in request && state.status !== 'failed') {
      shown = askedAnew(shown, request.regenerate);
    }
  }
  return { turns: shown, messages, steers };
}

function upTo(turns: readonly Turn[], runId: RunId): readonly Turn[] {
  const index = turns.findIndex(({ run }) => run?.id === runId);
  return index < 0 ? turns : turns.slice(0, index);
}

function askedAnew(turns: readonly Turn[], runId: RunId): readonly Turn[] {
  const turn = turns.find(({ run }) => run?.id === runId);
  return turn ? [...upTo(turns, runId), { ...turn, items: [], phase: 'asked' }] : turns;
}
