import { isValidElement, type ReactNode, useRef } from 'react';
import { CopyButton } from '../kit/copy-button.tsx';

/** A block of code, with its language and a button that copies it. */
export function CodeBlock({ children }: { readonly children?: ReactNode }) {
  const pre = useRef<HTMLPreElement>(null);
  const language = languageOf(children);
  return (
    <div className="overflow-hidden rounded-xl border border-line bg-sunken" data-testid="code-block">
      <div className="flex min-h-9 items-center justify-between border-line border-b pr-1 pl-3.5">
        <span className="font-mono text-[12px] text-muted">{language ?? 'text'}</span>
        <CopyButton label="Copy code" text={() => pre.current?.textContent?.replace(/\n$/, '') ?? ''} />
      </div>
      <pre
        ref={pre}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto px-3.5 py-3 font-mono text-[13px] leading-relaxed [overflow-wrap:normal] focus-visible:-outline-offset-2"
      >
        {children}
      </pre>
    </div>
  );
}

function languageOf(children: ReactNode): string | undefined {
  if (!isValidElement<{ className?: string }>(children)) return undefined;
  return /language-(\S+)/.exec(children.props.className ?? '')?.[1];
}
