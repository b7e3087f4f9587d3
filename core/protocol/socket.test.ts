import { describe, expect, it } from 'vitest';
import { maxInputBytes, maxSocketMessageBytes } from './limits.ts';
import { ClientMessage, MessageText, RunRequest } from './socket.ts';
import { createCountedIds } from './testing.ts';
import { ThreadTitle } from './thread.ts';

const newId = createCountedIds();
const [threadId, agentId, runId] = [newId('thr'), newId('agt'), newId('run')];
const [itemId, approvalId] = [newId('itm'), newId('apr')];

describe('the text of a message', () => {
  it.each([
    ['letters', 'a', 1],
    ['umlauts', 'ü', 2],
    ['emoji', '🐎', 4],
    ['line breaks, which JSON escapes', '\n', 2],
    ['quotes, which JSON escapes', '"', 2],
  ])('is at most 96 KB of %s', (_, character, bytes) => {
    const largest = `x${character.repeat((maxInputBytes - bytes) / bytes)}`;

    expect(MessageText.safeParse(largest).success).toBe(true);
    const refused = MessageText.safeParse(largest + character.repeat(2));
    expect(refused.error?.issues).toMatchObject([
      { code: 'custom', message: 'must be at most 96 KB of UTF-8', params: { code: 'input_too_large' } },
    ]);
  });

  it('fits a socket message at its largest', () => {
    const text = `x${'"'.repeat((maxInputBytes - 1) / 2)}`;
    const message = {
      id: 'x'.repeat(64),
      type: 'run.start',
      threadId,
      input: { text },
      clientRequestId: 'x'.repeat(64),
    };

    expect(ClientMessage.safeParse(message).success).toBe(true);
    expect(new TextEncoder().encode(JSON.stringify(message)).length).toBeLessThan(maxSocketMessageBytes);
  });

  it.each(['', ' ', '\n\t '])('is not blank: %j', (text) => {
    expect(MessageText.safeParse(text).error?.issues[0]?.message).toBe('must not be empty');
  });

  it('keeps what every store can keep, and its own spaces', () => {
    expect(MessageText.parse('  a\u0000b \ud83d c 🐎\n')).toBe('  a\ufffdb \ufffd c 🐎\n');
  });
});

describe('a title', () => {
  it('is trimmed, not blank, and at most 255 characters', () => {
    expect(ThreadTitle.parse(' Plans\u0000 ')).toBe('Plans\ufffd');
    expect(ThreadTitle.safeParse('  ').success).toBe(false);
    expect(ThreadTitle.safeParse('x'.repeat(255)).success).toBe(true);
    expect(ThreadTitle.safeParse('x'.repeat(256)).success).toBe(false);
  });
});

describe('a request to run', () => {
  const clientRequestId = 'request-1';

  it('has either an input or a run to try again', () => {
    const isRequest = (fields: object) => RunRequest.safeParse({ clientRequestId, ...fields }).success;

    expect(isRequest({ input: { text: 'Hello' } })).toBe(true);
    expect(isRequest({ retryOf: runId })).toBe(true);
    expect(isRequest({})).toBe(false);
    expect(isRequest({ input: { text: 'Hello' }, retryOf: runId })).toBe(false);
    expect(isRequest({ input: { text: 'Hello', role: 'system' } })).toBe(false);
  });
});

describe('a message of a client', () => {
  const messages = {
    subscribe: { stream: `thread:${threadId}`, after: 0 },
    unsubscribe: { stream: 'user' },
    'run.start': { agentId, input: { text: 'Hello' }, clientRequestId: 'request-1' },
    'run.cancel': { runId },
    'approval.resolve': { runId, approvalId, resolution: { decision: 'approve', scope: 'once' } },
    'client_tool.output': { runId, itemId, result: { output: 'dark' } },
    'auth.refresh': { token: 'token' },
    ping: {},
  };

  it.each(Object.entries(messages))('is understood: %s', (type, fields) => {
    expect(ClientMessage.parse({ id: '1', type, ...fields })).toEqual({ id: '1', type, ...fields });
  });

  it('has a test for each of its types', () => {
    const types = ClientMessage.options.map((option) => option.shape.type.value);

    expect(Object.keys(messages).toSorted()).toEqual(types.toSorted());
  });

  it.each(Object.entries(messages))('with a key that nobody knows is refused: %s', (type, fields) => {
    const refused = ClientMessage.safeParse({ id: '1', type, ...fields, surprise: true });

    expect(refused.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['surprise'] }]);
  });

  it.each([
    { type: 'ping' },
    { id: '', type: 'ping' },
    { id: 'x'.repeat(65), type: 'ping' },
    { id: 1, type: 'ping' },
    { id: '1', type: 'dance' },
    { id: '1', type: 'subscribe', stream: 'user' },
    { id: '1', type: 'subscribe', stream: 'user', after: -1 },
    { id: '1', type: 'subscribe', stream: 'user', after: 1.5 },
    { id: '1', type: 'subscribe', stream: 'workspace', after: 0 },
    { id: '1', type: 'run.cancel', runId: threadId },
    { id: '1', type: 'auth.refresh', token: 'x'.repeat(16_385) },
    [],
    'ping',
    null,
  ])('is refused when it is wrong: %j', (message) => {
    expect(ClientMessage.safeParse(message).success).toBe(false);
  });
});
