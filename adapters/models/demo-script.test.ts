import { describe, expect, it } from 'vitest';
import { AskUserArguments } from '#core/protocol/client-tools.ts';
import { demoTurn, timeZonesIn } from './demo-script.ts';

const everything = ['current_time', 'switch_theme', 'ask_user', 'ask_bo', 'charge', 'transfer_to_cy'];

const say = (message: string, { outputs = [], tools = everything }: { outputs?: string[]; tools?: string[] } = {}) => {
  const turn = demoTurn({ message, results: outputs.map((output) => ({ tool: 'current_time', output })), tools });
  return turn.kind === 'say' ? turn.text : turn;
};

it.each<[string, { tool: string; arguments: object }[]]>([
  ['What time is it in Tokyo?', [{ tool: 'current_time', arguments: { timeZone: 'Asia/Tokyo' } }]],
  [
    'What time is it in Tokyo and in Berlin?',
    [
      { tool: 'current_time', arguments: { timeZone: 'Asia/Tokyo' } },
      { tool: 'current_time', arguments: { timeZone: 'Europe/Berlin' } },
    ],
  ],
  ['Switch to the Dark theme, please', [{ tool: 'switch_theme', arguments: { theme: 'Dark' } }]],
  ['Hand me over, please', [{ tool: 'transfer_to_cy', arguments: {} }]],
  ['Ask your colleague', [{ tool: 'ask_bo', arguments: { task: 'Please say hello.' } }]],
  ['Call charge {"amount": 5}', [{ tool: 'charge', arguments: { amount: 5 } }]],
  ['Call charge {nonsense}', [{ tool: 'charge', arguments: {} }]],
])('calls what "%s" asks for', (message, calls) => {
  expect(say(message)).toEqual({ kind: 'call', calls });
});

it('asks the user what a form can ask', () => {
  const turn = demoTurn({ message: 'Ask me something', results: [], tools: everything });

  const [call] = turn.kind === 'call' ? turn.calls : [];
  expect(call?.tool).toBe('ask_user');
  expect(AskUserArguments.safeParse(call?.arguments).success).toBe(true);
});

it('says what the tools gave back', () => {
  expect(say('What time is it?', { outputs: ['noon'] })).toContain('The tool says: **noon**');
  expect(say('What time is it?', { outputs: ['noon', 'nine'] })).toContain('The tools say: **noon** and **nine**');
});

it('introduces itself once it has been handed over to', () => {
  const turn = demoTurn({
    message: 'Hand me over',
    results: [{ tool: 'transfer_to_cy', output: '{}' }],
    tools: everything,
  });

  expect(turn).toMatchObject({ kind: 'say', text: expect.stringContaining('another agent') });
});

it('says who can tell the time when this agent may not', () => {
  expect(say('What time is it?', { tools: [] })).toContain('The Personal Assistant may.');
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
    expect(say(message, { tools: [] })).toContain('I am a script, not an AI');
  },
);

describe('timeZonesIn', () => {
  it.each([
    ['What time is it in New York?', 'America/New_York'],
    ['the clock of PORT-AU-PRINCE', 'America/Port-au-Prince'],
    ['berlin, please', 'Europe/Berlin'],
    ['What time is it?', 'UTC'],
    ['the Parisian time', 'UTC'],
    ['', 'UTC'],
  ])('finds in "%s" the zone %s', (message, zone) => {
    expect(timeZonesIn(message)).toEqual([zone]);
  });
});
