import { describe, expect, it } from 'vitest';
import { createNewId } from '../domain/ids.ts';
import { AgentId, ClientRequestId, ItemId, RunId, ThreadId, UserId, WorkspaceId } from './ids.ts';

const ones = (count: number) => new Uint8Array(count).fill(255);

describe('ids', () => {
  it.each([
    ['wsp', WorkspaceId],
    ['agt', AgentId],
    ['thr', ThreadId],
    ['itm', ItemId],
    ['run', RunId],
  ] as const)('are made as they are parsed: %s', (prefix, schema) => {
    const newId = createNewId(() => 1_800_000_000_000, ones);

    expect(schema.parse(newId(prefix))).toMatch(new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`));
  });

  it('are a UUIDv7 in base 32', () => {
    const random = Uint8Array.from([0x3f, 0x7c, 0x15, 0x92, 0x4d, 0x4b, 0x25, 0x82, 0x61, 0x31]);
    const id = createNewId(
      () => 0x01890a5dac96,
      () => random,
    )('thr').slice('thr_'.length);

    const hex = toHex(id);

    expect(hex.slice(0, 12)).toBe('01890a5dac96');
    expect(hex[12]).toBe('7');
    expect(hex[16]).toMatch(/[89ab]/);
  });

  it('sort by the time of their making', () => {
    const times = [0, 1, 1_000, 1_800_000_000_000, 1_800_000_000_001, 2 ** 48 - 1];

    const ids = times.map((time) => createNewId(() => time, ones)('run'));

    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(times.length);
  });

  it('differ by 74 random bits at the same time', () => {
    const newId = createNewId(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count)));

    const ids = new Set(Array.from({ length: 1_000 }, () => newId('run')));

    expect(ids.size).toBe(1_000);
  });

  it.each([
    'thr_01jd0000000000000000000000x',
    'thr_01jd000000000000000000000',
    'thr_01JD0000000000000000000000',
    'thr_81jd0000000000000000000000',
    'thr_01jd000000000000000000000u',
    'run_01jd0000000000000000000000',
    'thr_',
    '',
    "thr_01jd0000000000000000000000' or 1=1",
  ])('are nothing else: %j is no thread', (text) => {
    expect(ThreadId.safeParse(text).success).toBe(false);
  });

  it('of users are UUIDs', () => {
    expect(UserId.safeParse(crypto.randomUUID()).success).toBe(true);
    expect(UserId.safeParse('thr_01jd0000000000000000000000').success).toBe(false);
  });

  it('of requests are 8 to 64 harmless characters', () => {
    const isKey = (text: string) => ClientRequestId.safeParse(text).success;

    expect([crypto.randomUUID(), 'a'.repeat(8), 'a'.repeat(64)].map(isKey)).toEqual([true, true, true]);
    expect(['a'.repeat(7), 'a'.repeat(65), 'with spaces', 'with#hash', '12345678\n'].map(isKey)).toEqual(
      Array(5).fill(false),
    );
  });
});

function toHex(base32: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const bits = [...base32].reduce((sum, char) => (sum << 5n) | BigInt(alphabet.indexOf(char)), 0n);
  return bits.toString(16).padStart(32, '0');
}
