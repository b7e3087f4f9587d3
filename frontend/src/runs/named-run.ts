import type { RunSummary } from '#core/protocol/run-routes.ts';

/** A run, and what those are called who have to do with it. */
export interface NamedRun {
  readonly run: RunSummary;
  readonly agent: string;
  /** Whose it is, in mid-sentence. */
  readonly person: string;
}
