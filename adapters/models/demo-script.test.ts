import { describe, expect, it } from 'vitest';
import { demoTurn, timeZoneIn } from './demo-script.ts';

const say = (message: string, more: { toolOutput?: string; canTellTime?: boolean } = {}) => {
  const turn = demoTurn({ message, canTellTime: true, ...more });
  return turn.kind === 'say' ? turn.text : turn;
};

it('calls the tool when it is asked for the time', () => {
  expect(say('What time is it in Tokyo?')).toEqual({
    kind: 'call',
    tool: 'current_time',
    arguments: { timeZone: 'Asia/Tokyo' },
  });
});

it('says what the tool gave back', () => {
  expect(say('What time is it?', { toolOutput: 'noon' })).toContain('The tool says: **noon**');
});

it('says who can tell the time when this agent may not', () => {
  expect(say('What time is it?', { canTellTime: false })).toContain('The Personal Assistant may.');
});

it('writes a long answer, always the same', () => {
  const text = say('Write a long answer');

  expect(text).toMatch(/^# A long answer/);
  expect(String(text).split(/\s+/).length).toBeGreaterThan(400);
  expect(say('Write a long answer')).toBe(text);
});

it('shows markdown with a table and code', () => {
  expect(say('Show me markdown')).toMatch(/\| log \|[\s\S]*```ts/);
});

it('greets, quotes what was written and says what it can show', () => {
  expect(say('  Good\nmorning ')).toMatch(/^Hello! You wrote "Good morning"\.[\s\S]*OPENAI_API_KEY/);
});

it('quotes only the beginning of a long message', () => {
  expect(say('a'.repeat(200))).toContain(`"${'a'.repeat(80)}…"`);
});

it.each(['Hi', 'What time is it?', 'A long one, please', 'A table, please'])(
  'confesses that it is a script when it is told "%s"',
  (message) => {
    expect(say(message, { canTellTime: false })).toContain('I am a script, not an AI');
  },
);

describe('timeZoneIn', () => {
  it.each([
    ['What time is it in New York?', 'America/New_York'],
    ['the clock of PORT-AU-PRINCE', 'America/Port-au-Prince'],
    ['berlin, please', 'Europe/Berlin'],
    ['What time is it?', 'UTC'],
    ['the Parisian time', 'UTC'],
    ['', 'UTC'],
  ])('finds in "%s" the zone %s', (message, zone) => {
    expect(timeZoneIn(message)).toBe(zone);
  });
});
