import { createJournalIndex, type JournalEntry, type JournalRecord, type Prepared } from '#core/domain/journal.ts';
import { type ModelCall, modelCallsIn, usageOf } from '#core/domain/paid-calls.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { RunJournal } from '#core/ports/agent-runner.ts';
import type { Journal } from '#core/ports/journal.ts';
import type { RunId } from '#core/protocol/ids.ts';
import { retryUnavailable } from './retry.ts';

/** The run belongs to another attempt now: this one must do and write nothing more. */
export class LeaseLostError extends Error {
  constructor(runId: RunId) {
    super(`another worker has taken over ${runId}`);
    this.name = 'LeaseLostError';
  }
}

/** A run's journal, as the attempt at hand reads and writes it. */
export interface AttemptJournal extends RunJournal {
  /** What the run is decided by; undefined until it has first begun. */
  readonly prepared: Prepared | undefined;
  /** All that has happened, in order; of a run that this one resumes, too. */
  readonly entries: readonly JournalEntry[];
  /** The run that began what this one resumes; itself, if it resumes none. */
  readonly rootRunId: RunId;
  /** This run's own calls of models, as they are billed when it `isOver` or waits; those of a run that it resumes are that one's. */
  modelCalls(options: { isOver: boolean }): readonly ModelCall[];
  /** Resolves when everything that was added so far is there, or failed to be. */
  written(): Promise<void>;
  /** Puts the fence before everything that this attempt writes. Rejects with LeaseLostError if a newer attempt has begun. */
  begin(prepared: Prepared): Promise<void>;
}

interface Options {
  readonly journal: Journal;
  readonly owner: string;
  /** Whether the worker's lease has not run out, by its own clock. */
  readonly isHeld: () => boolean;
  /** Whether there is no point in waiting for a store any more. */
  readonly isPointless: () => boolean;
}

/** Reads what earlier attempts (and a run that this one resumes) have done. */
export async function openJournal(options: Options, record: RunRecord): Promise<AttemptJournal> {
  const { journal, owner, isHeld, isPointless } = options;
  const { runId, attempt, retryOf } = record;
  const read = (id: RunId, from?: number) => retryUnavailable(() => journal.read(id, from), isPointless);

  const own: JournalRecord[] = attempt > 1 ? await read(runId) : [];
  const resumed = await resumedRun(read, resumedBy(own) ?? (own.length === 0 ? retryOf : undefined));
  const inherited = resumed?.entries ?? [];
  const entries: JournalEntry[] = [...inherited, ...own.map(({ entry }) => entry)];
  const index = createJournalIndex(entries);
  const ownIndex = createJournalIndex(own.map(({ entry }) => entry));
  const ownEntries = (): JournalEntry[] => entries.slice(inherited.length);
  let next = own.length;
  let last: Promise<void> = Promise.resolve();

  function keep(entry: JournalEntry): void {
    next += 1;
    entries.push(entry);
    index.add(entry);
    ownIndex.add(entry);
  }

  /** One after the other: an entry is only put when those before it are there. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    const done = last.then(work);
    last = done;
    // Whoever waits for it is told; the next one is, too.
    done.catch(() => {});
    return done;
  }

  const put = (entry: JournalEntry) =>
    retryUnavailable(() => journal.put(runId, { v: 1, index: next, attempt, entry }), isPointless);

  return {
    model: index.model,
    // Each run pays for its own: what it resumes has the same names for other calls.
    asks: ownIndex.asks,
    hasAsked: index.hasAsked,
    tool: index.tool,
    steered: index.steered,
    get used() {
      return usageOf(modelCallsIn(ownEntries()));
    },
    get prepared() {
      return index.prepared;
    },
    get entries() {
      return entries;
    },
    rootRunId: resumed?.rootRunId ?? runId,
    modelCalls: (options) => modelCallsIn(ownEntries(), options),
    written: () => last.catch(() => {}),

    begin: (prepared) =>
      inTurn(async () => {
        const isFirst = next === 0;
        const resumes = inherited.length > 0 ? retryOf : undefined;
        const fence: JournalEntry = {
          type: 'began',
          owner,
          ...((isFirst || !index.prepared) && { prepared }),
          ...(isFirst && resumes && { resumes }),
        };
        while ((await put(fence)) === 'taken') {
          // An older attempt that was still writing when this one had read the journal.
          for (const { attempt: other, entry } of await read(runId, next)) {
            if (other > attempt) throw new LeaseLostError(runId);
            keep(entry);
          }
        }
        keep(fence);
      }),

    append: (entry) =>
      inTurn(async () => {
        if ((await put(entry)) === 'taken') throw new LeaseLostError(runId);
        keep(entry);
        // After a pause of this process somebody else may hold the run by now, and have read this entry as the last one.
        if (!isHeld()) throw new LeaseLostError(runId);
      }),
  };
}

function resumedBy(records: readonly JournalRecord[]): RunId | undefined {
  const first = records[0]?.entry;
  return first?.type === 'began' ? first.resumes : undefined;
}

/** What a run that is resumed has done, and before it the one that it resumed itself; null if nothing has been done. */
async function resumedRun(
  read: (runId: RunId) => Promise<JournalRecord[]>,
  runId: RunId | undefined,
): Promise<{ rootRunId: RunId; entries: JournalEntry[] } | null> {
  if (!runId) return null;
  const records = await read(runId);
  if (records.length === 0) return null;
  const before = await resumedRun(read, resumedBy(records));
  const entries = [...(before?.entries ?? []), ...records.map(({ entry }) => entry)];
  return { rootRunId: before?.rootRunId ?? runId, entries };
}
