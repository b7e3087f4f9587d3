/** The value below which this share of the numbers lies (nearest rank). NaN for no numbers. */
export function percentile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (numbers: readonly number[]): number => percentile(numbers, 0.5);

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
