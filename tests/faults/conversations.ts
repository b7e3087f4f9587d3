import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';

/** Something that a person says, and what they do until it has been answered. */
export interface Message {
  readonly text: (booking: string) => string;
  /** What they decide when they are asked; null: they say nothing. */
  readonly decide?: Decide;
  /** What they add before they decide for the first time: it is put into the run, or waits behind it. */
  readonly meanwhile?: { readonly text: string; readonly delivery?: 'steer' };
  /** They stop the run when the tool `dawdle` is at work. */
  readonly cancels?: boolean;
}

/** A conversation that is had undisturbed, and then with each fault. */
export interface Conversation {
  readonly name: 'booking' | 'errand' | 'expiry' | 'queue';
  readonly messages: readonly Message[];
  /** How it ends when nothing goes wrong. */
  readonly ends: { readonly runs: readonly string[]; readonly charged: number };
}

type Decide = (asked: ApprovalItem, wasCharged: boolean) => ApprovalDecision | null;

/** A person approves, and finds out what became of a charge that was cut off. */
const approve: Decide = ({ kind }, wasCharged) => {
  if (kind === 'tool_call') return { decision: 'approve', scope: 'once' };
  return wasCharged ? { decision: 'skip', output: 'Charged 5.' } : { decision: 'run_again' };
};

/** Parallel tools, a tool that must not run twice and needs an approval, a client tool, a handoff, and a second message. */
export const booking: Conversation = {
  name: 'booking',
  messages: [
    { text: (name) => `Book ${name}, please`, decide: approve },
    { text: () => 'Thank you', decide: approve },
  ],
  ends: { runs: ['completed', 'completed'], charged: 1 },
};

/** Of two calls that are asked about at once, the dearer one is not wanted. */
const approveTheCheaper: Decide = (asked, wasCharged) =>
  asked.kind === 'tool_call' && asked.call?.arguments.includes('"amount":7')
    ? { decision: 'reject', reason: 'It must cost no more than five.' }
    : approve(asked, wasCharged);

/** A delegate, two calls that wait at once of which one is rejected, a message put into the run, and a cancel while a tool works. */
export const errand: Conversation = {
  name: 'errand',
  messages: [
    {
      text: (name) => `Run an errand: ${name}`,
      decide: approveTheCheaper,
      meanwhile: { text: 'Hurry, please', delivery: 'steer' },
    },
    { text: (name) => `Dawdle over ${name}`, cancels: true },
    { text: () => 'Thank you' },
  ],
  ends: { runs: ['completed', 'cancelled', 'completed'], charged: 1 },
};

/** An approval that nobody gives in time. */
export const expiry: Conversation = {
  name: 'expiry',
  messages: [{ text: (name) => `Wire it for ${name}`, decide: () => null }],
  ends: { runs: ['completed'], charged: 0 },
};

/** A message that is said while the one before it is answered, and is answered after it. */
export const queue: Conversation = {
  name: 'queue',
  messages: [{ text: (name) => `Fetch ${name}`, decide: approve, meanwhile: { text: 'Thank you' } }],
  ends: { runs: ['completed', 'completed'], charged: 1 },
};

export const conversations: readonly Conversation[] = [booking, errand, expiry, queue];
