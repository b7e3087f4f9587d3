/** The id of the numbered row of a workspace that is itself numbered: `thr_0…`. In SQL: `'thr_' || lpad((…)::text, 26, '0')`. */
export const numberedId = (prefix: string, place: number, number = 0): string =>
  `${prefix}_${String(place * rowsPerPlace + number).padStart(26, '0')}`;

export const rowsPerPlace = 10_000_000;
