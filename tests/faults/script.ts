import type { ModelRequest, Turn } from './scripted-model.ts';

/** What the tools are called by which one agent hands over to another, or asks it. */
export const handoffTool = 'transfer_to_closer';
export const delegateTool = 'ask_scout';

/** What the model says and does, by what it was asked last, how many tools have answered since, and what the booking is called. */
export function script({ input }: ModelRequest): Turn {
  const asked = input.findLastIndex(({ role }) => role === 'user');
  const text = JSON.stringify(input[asked]);
  const booking = /booking-[\w-]+/.exec(text)?.[0] ?? 'booking-unknown';
  const answers = input.slice(asked).filter(({ type }) => type === 'function_call_output').length;
  const [, turn] = turns.find(([word]) => text.includes(word)) ?? [];
  return turn?.(answers, booking) ?? { say: 'I do not know what to say to that.' };
}

const turns: readonly [word: string, turn: (answers: number, booking: string) => Turn][] = [
  ['Book', bookingTurn],
  ['Thank you', thanksTurn],
  ['Run an errand', errandTurn],
  ['Scout', scoutTurn],
  ['Hurry', () => ({ say: 'I hurry. The errand was run, and no more than five was charged for it, as you said.' })],
  ['Dawdle', (_answers, booking) => ({ call: [{ name: 'dawdle', args: { booking } }] })],
  ['Wire', wireTurn],
  ['Fetch', fetchTurn],
];

function bookingTurn(answers: number, booking: string): Turn {
  switch (answers) {
    case 0:
      return {
        call: [
          { name: 'look_up', args: { city: 'Paris' } },
          { name: 'look_up', args: { city: 'Rome' } },
        ],
      };
    case 2:
      return { call: [{ name: 'charge', args: { booking, amount: 5 } }] };
    case 3:
      return { call: [{ name: 'switch_theme', args: { theme: 'dark' } }] };
    case 4:
      return { call: [{ name: handoffTool, args: {} }] };
    default:
      return {
        say: `Booked ${booking}. Paris and Rome were looked up, five was charged once, and the theme is dark. This is long enough to be more than one event.`,
      };
  }
}

function thanksTurn(answers: number): Turn {
  if (answers === 0) return { call: [{ name: 'look_up', args: { city: 'Oslo' } }] };
  return { say: 'You are welcome. In Oslo the weather is fine as well, in case you want to go on.' };
}

/** Before its calls are answered, somebody says "Hurry"; then that is what it is asked. */
function errandTurn(answers: number, booking: string): Turn {
  if (answers === 0) return { call: [{ name: delegateTool, args: { task: 'Scout Lisbon.' } }] };
  const charge = (amount: number) => ({ name: 'charge', args: { booking, amount } });
  return { call: [charge(7), charge(5)] };
}

function scoutTurn(answers: number): Turn {
  if (answers === 0) return { call: [{ name: 'look_up', args: { city: 'Lisbon' } }] };
  return { say: 'I have been to Lisbon, and the weather is fine there.' };
}

function wireTurn(answers: number, booking: string): Turn {
  if (answers === 0) return { call: [{ name: 'wire', args: { booking } }] };
  return { say: `Nobody allowed me to wire anything for ${booking}, so I have not.` };
}

function fetchTurn(answers: number, booking: string): Turn {
  if (answers === 0) return { call: [{ name: 'charge', args: { booking, amount: 5 } }] };
  return { say: `I have fetched ${booking}, and five was charged for it.` };
}
