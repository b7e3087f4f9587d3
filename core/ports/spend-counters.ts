import type { Price } from '../domain/prices.ts';
import type { RunId } from '../protocol/ids.ts';
import type { SpendCall } from './spend-guard.ts';

/** What is known of a call that reserves something: how much, and in which counters it is held. */
export interface HeldCall extends SpendCall {
  readonly amountMicroUsd: number;
  /** By which it was estimated, and is settled. */
  readonly price: Price;
  /** The keys of the counters, in the order in which they are taken. */
  readonly counters: readonly string[];
  /** What became of it: what it cost (0 when it was released). Undefined while it is open. */
  readonly costMicroUsd?: number;
}

/** `full`: it would go over the limit; `unknown`: nobody has begun the counter. */
export type Hold = { kind: 'held' } | { kind: 'full'; committedMicroUsd: number } | { kind: 'unknown' };

/**
 * Counts what is spent and reserved, in millionths of a US dollar. Every change of a counter is atomic by itself and
 * idempotent by call; there are no changes of several. Errors: `unavailable`.
 */
export interface SpendCounters {
  /** Keeps a call before it holds anything. The first one counts: the answer is what is kept of it. */
  open(call: HeldCall): Promise<HeldCall>;
  /** What a call has reserved, if it has. */
  call(call: SpendCall): Promise<HeldCall | null>;
  /** Begins a counter with what was spent before. One that has begun stays as it is. */
  begin(key: string, committedMicroUsd: number, expiresAtMs: number | undefined): Promise<void>;
  /** Adds a call's amount to a counter unless that makes it more than the limit (null: none). Again is no error and adds nothing. */
  hold(key: string, call: SpendCall, amountMicroUsd: number, limitMicroUsd: number | null): Promise<Hold>;
  /** Decides what becomes of a call. The first decision counts: the answer is the call with it, or null when it is unknown. */
  close(call: SpendCall, costMicroUsd: number): Promise<HeldCall | null>;
  /** Replaces what a call holds in a counter by its cost. Again, or for a call that holds nothing there, it does nothing. */
  replace(key: string, call: HeldCall, costMicroUsd: number): Promise<void>;
  /** Notes that a closed call holds nothing any more. */
  done(call: SpendCall): Promise<void>;
  /** Forgets a call that holds nothing any more, as if it had never been opened. */
  forget(call: SpendCall): Promise<void>;
  /** The calls of a run that may still hold something. */
  unfinished(runId: RunId): Promise<HeldCall[]>;
  /** Lets a run pass a limit, named by the key of what it is the limit of, from now on. */
  allow(runId: RunId, limit: string, limitMicroUsd: number | null): Promise<void>;
  /** Up to where a run may pass a limit: an amount, null for any, undefined when it may not. */
  allowance(runId: RunId, limit: string): Promise<number | null | undefined>;
  /** What stands in counters, without those that nobody has begun. */
  committed(keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
}
