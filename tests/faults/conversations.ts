import type { ApprovalDecision } from '#core/protocol/approval.ts';
import type { ApprovalItem } from '#core/protocol/item.ts';

/** Something that a person says, and what they do until it has been answered. */
export interface Message {
  readonly text: (booking: string) => string;
  /** What they decide when they are asked; null: they say nothing. */
  readonly decide?: (asked: ApprovalItem, wasCharged: boolean) => ApprovalDecision | null;
  /** What they add before they decide: it is put into the run. */
  readonly steer?: string;
  /** They stop the run when the tool `dawdle` is at work. */
  readonly cancels?: boolean;
}

/** A conversation that is had undisturbed, and then with each fault. */
export interface Conversation {
  readonly name: 'booking' | 'errand' | 'expiry';
  readonly messages: readonly Message[];
  /** How it ends when nothing goes wrong. */
  readonly ends: { readonly runs: readonly string[]; readonly charged: number };
}

/** A person approves, and finds out what became of a charge that was cut off. */
const approve: Message['decide'] = ({ kind }, wasCharged) => {
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

/** A delegate, a rejected call, a message put into the run, and a cancel while a tool works. */
export const errand: Conversation = {
  name: 'errand',
  messages: [
    {
      text: (name) => `Run an errand: ${name}`,
      decide: () => ({ decision: 'reject', reason: 'It must cost nothing.' }),
      steer: 'Hurry, please',
    },
    { text: (name) => `Dawdle over ${name}`, cancels: true },
    { text: () => 'Thank you' },
  ],
  ends: { runs: ['completed', 'cancelled', 'completed'], charged: 0 },
};

/** An approval that nobody gives in time. */
export const expiry: Conversation = {
  name: 'expiry',
  messages: [{ text: (name) => `Wire it for ${name}`, decide: () => null }],
  ends: { runs: ['completed'], charged: 0 },
};

export const conversations: readonly Conversation[] = [booking, errand, expiry];
