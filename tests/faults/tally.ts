/** How a conversation with a fault in it went. */
export interface Entry {
  readonly kind: string;
  /** How often the fault happened. */
  readonly happened: number;
  /** What was different then, or broken; null when nothing was. */
  readonly damage: string | null;
}

export interface Tally {
  readonly kinds: readonly { kind: string; tried: number; happened: number; damaged: number }[];
  readonly injected: number;
  readonly damaged: number;
  /** The kinds of which not one happened, so that nothing is known about them. */
  readonly missing: readonly string[];
  /** Whether everything was tried that was to be tried, and nothing was damaged. */
  readonly passed: boolean;
}

export function tally(entries: readonly Entry[]): Tally {
  const isDamaged = ({ damage }: Entry) => damage !== null;
  const kinds = [...Map.groupBy(entries, ({ kind }) => kind)].map(([kind, ofKind]) => ({
    kind,
    tried: ofKind.length,
    happened: ofKind.filter(({ happened }) => happened > 0).length,
    damaged: ofKind.filter(isDamaged).length,
  }));
  const missing = kinds.filter(({ happened }) => happened === 0).map(({ kind }) => kind);
  const damaged = entries.filter(isDamaged).length;
  const injected = entries.reduce((sum, { happened }) => sum + happened, 0);
  return { kinds, injected, damaged, missing, passed: damaged === 0 && missing.length === 0 && injected > 0 };
}
