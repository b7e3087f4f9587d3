/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is made of, or how it came about. */
  readonly note?: string;
  readonly target?: Target;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
}

export function isMet({ value, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

function targetText(figure: Figure): string {
  const { target } = figure;
  if (!target) return '';
  const limit = 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
  return `${limit} ${isMet(figure) ? 'met' : 'MISSED'}`;
}

export function valueText(value: number): string {
  if (!Number.isFinite(value)) return '—';
  if (Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(Math.abs(value) >= 0.1 ? 2 : 4);
}

/** The table, as text for a terminal. */
export function tableText(sections: readonly Section[]): string {
  const rows = sections.flatMap(({ title, figures }) => [
    '',
    title,
    ...figures.map((figure) =>
      [
        `  ${figure.name.padEnd(62)}`,
        valueText(figure.value).padStart(9),
        figure.unit.padEnd(10),
        targetText(figure).padEnd(15),
        figure.note ?? '',
      ]
        .join(' ')
        .trimEnd(),
    ),
  ]);
  return rows.join('\n');
}
