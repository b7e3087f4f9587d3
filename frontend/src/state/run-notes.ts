import { type AnyEnvelope, isKnownEvent } from '#core/protocol/event.ts';
import type { RunId } from '#core/protocol/ids.ts';

export interface RunNote {
  readonly seq: number;
  readonly level: 'info' | 'warning';
  readonly message: string;
}

/** What events say about runs beside the view: seen while they happen, not after a reload. */
export interface RunNotes {
  readonly models: Readonly<Record<RunId, string>>;
  readonly notices: Readonly<Record<RunId, readonly RunNote[]>>;
}

export const emptyRunNotes: RunNotes = { models: {}, notices: {} };

export function noted(notes: RunNotes, { event, runId, seq }: AnyEnvelope): RunNotes {
  if (!runId || !isKnownEvent(event)) return notes;
  if (event.type === 'run.started') return { ...notes, models: { ...notes.models, [runId]: event.model } };
  if (event.type !== 'notice') return notes;
  const known = notes.notices[runId] ?? [];
  if (known.some((note) => note.seq === seq)) return notes;
  const note = { seq, level: event.level, message: event.message };
  return { ...notes, notices: { ...notes.notices, [runId]: [...known, note] } };
}
