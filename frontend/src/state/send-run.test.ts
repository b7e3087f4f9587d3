import { describe, expect, it } from 'vitest';
import { maxSocketFrameBytes } from '#core/protocol/limits.ts';
import { at, runIdOf, threadId } from '../../testing/protocol-fixtures.ts';
import type { OutboxEntry } from './outbox.ts';
import { wayOf } from './send-run.ts';

const entry = (request: OutboxEntry['request']): OutboxEntry => ({
  clientRequestId: 'r'.repeat(32),
  target: { threadId },
  request,
  createdAt: at,
  afterSeq: 0,
  state: { status: 'waiting' },
});
const saying = (text: string) => entry({ input: { text } });

describe('wayOf', () => {
  it('takes the socket as long as the message fits one frame', () => {
    const longest = saying('\n'.repeat(15 * 1024));
    const frame = JSON.stringify({
      id: 'c1000000',
      type: 'run.start',
      ...longest.target,
      ...longest.request,
      clientRequestId: longest.clientRequestId,
    });

    expect(wayOf(longest)).toBe('socket');
    expect(new TextEncoder().encode(frame).length).toBeLessThan(maxSocketFrameBytes);
  });

  it('counts bytes of JSON, not characters', () => {
    expect(wayOf(saying('a'.repeat(30 * 1024)))).toBe('socket');
    expect(wayOf(saying('\n'.repeat(15 * 1024 + 1)))).toBe('http');
    expect(wayOf(saying('😀'.repeat(8 * 1024)))).toBe('http');
  });

  it('sends a retry over the socket', () => {
    expect(wayOf(entry({ retryOf: runIdOf(1) }))).toBe('socket');
  });
});
