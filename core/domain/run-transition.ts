import { PlatformError } from '../errors.ts';
import type { RunStatus } from '../protocol/run.ts';
import type { RunRecord } from './run-record.ts';
import { holds } from './run-state.ts';

/** What can be asked of a run, and in words what it cannot then be. */
const words = {
  claim: 'taken by a worker',
  renew: 'kept by its worker',
  release: 'given back by its worker',
  park: 'put aside by its worker',
  suspend: 'made to wait by its worker',
  finish: 'ended by its worker',
  read_steers: 'told what its worker has read',
  unpark: 'sent to the workers when its turn has come',
  mark_enqueued: 'noted as sent to the workers',
  end: 'given up',
  cancel: 'cancelled',
  answer: 'answered',
  expire: 'answered by nobody',
  steer: 'told anything more',
  merge: 'put into another run',
  stand_alone: 'made a run of its own',
  settle: 'noted as written down',
} as const;

export type RunCommand = keyof typeof words;
export const runCommands = Object.keys(words);

/**
 * A command that the run's state does not allow. An answer like any other, which callers see by its kind; whoever has nothing
 * better to say to theirs throws it.
 */
export class IllegalTransition extends PlatformError {
  readonly kind = 'illegal_transition';
  readonly command: RunCommand;
  readonly from: RunStatus;
  /** The run as it stands. */
  readonly record: RunRecord;

  constructor(command: RunCommand, record: RunRecord) {
    super('conflict', `A run that is ${record.status} cannot be ${words[command]}.`);
    this.name = 'IllegalTransition';
    this.command = command;
    this.from = record.status;
    this.record = record;
  }
}

/** The same was done before, and nothing more is to be done. */
export interface Already {
  readonly kind: 'already';
  readonly record: RunRecord;
}

/** Another attempt has the run, or had it last: this one must stop and write nothing more. */
export interface Lost {
  readonly kind: 'lost';
}

/** The run has moved on since whoever asks looked at it. */
export interface Outdated {
  readonly kind: 'outdated';
}

export const illegal = (command: RunCommand, record: RunRecord): { answer: IllegalTransition } => ({
  answer: new IllegalTransition(command, record),
});

export const already = (record: RunRecord): { answer: Already } => ({ answer: { kind: 'already', record } });

export const outdated: { readonly answer: Outdated } = { answer: { kind: 'outdated' } };

/** Why an attempt may not do what only the holder of a run may; null for the holder. */
export function refusal(
  command: RunCommand,
  record: RunRecord,
  attempt: number,
): { answer: Lost | IllegalTransition } | null {
  if (holds(record, attempt)) return null;
  return attempt === record.attempt ? illegal(command, record) : { answer: { kind: 'lost' } };
}
