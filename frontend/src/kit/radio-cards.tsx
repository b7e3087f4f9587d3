import type { ComponentProps } from 'react';

interface RadioCardsProps extends Omit<ComponentProps<'input'>, 'type' | 'value'> {
  readonly legend: string;
  readonly options: readonly { readonly value: string; readonly title: string; readonly text: string }[];
}

/** One of a few, each with a line that says what it means. */
export function RadioCards({ legend, options, ...props }: RadioCardsProps) {
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-sm">{legend}</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {options.map(({ value, title, text }) => (
          <label
            key={value}
            className="flex cursor-pointer items-start gap-2.5 rounded-xl border border-line p-3 hover:bg-hover has-checked:border-accent has-checked:bg-accent/5 has-focus-visible:outline-2 has-focus-visible:outline-focus"
          >
            <input type="radio" value={value} className="mt-1 accent-(--accent)" {...props} />
            <span>
              <span className="block font-medium text-sm">{title}</span>
              <span className="block text-[13px] text-muted leading-snug">{text}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
