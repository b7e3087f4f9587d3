import { namedArguments, pretty } from '../format/tool.ts';

/** What a call would be carried out with, so that people can read it. */
export function ArgumentList({ text }: { readonly text: string }) {
  const named = namedArguments(text);
  if (named?.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      role="group"
      aria-label="Arguments"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      data-testid="arguments"
      className="max-h-60 overflow-auto rounded-lg bg-sunken px-3 py-2 text-[13px] leading-relaxed"
    >
      {named ? (
        <dl className="grid grid-cols-[minmax(4rem,auto)_1fr] gap-x-4 gap-y-1">
          {named.map(({ name, value }) => (
            <div key={name} className="contents">
              <dt className="text-muted [overflow-wrap:anywhere]">{name}</dt>
              <dd className="whitespace-pre-wrap font-mono text-[12.5px] [overflow-wrap:anywhere]">{value}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <pre className="whitespace-pre-wrap font-mono text-[12.5px] [overflow-wrap:anywhere]">{pretty(text)}</pre>
      )}
    </div>
  );
}
