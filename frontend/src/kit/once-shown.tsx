import { CopyButton } from './copy-button.tsx';

interface OnceShownProps {
  readonly label: string;
  readonly text: string;
  readonly testId?: string;
}

/** A secret that is told now and never again, to be copied. */
export function OnceShown({ label, text, testId }: OnceShownProps) {
  return (
    <div className="flex items-center gap-2 rounded-xl border border-line-strong bg-sunken py-1.5 pr-1.5 pl-3">
      <input
        readOnly
        aria-label={label}
        value={text}
        data-testid={testId}
        onFocus={(event) => event.target.select()}
        className="min-h-9 min-w-0 grow bg-transparent font-mono text-[13px] outline-none"
      />
      <CopyButton label={`Copy: ${label}`} text={() => text} />
    </div>
  );
}
