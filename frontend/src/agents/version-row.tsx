import type { ReactNode } from 'react';
import { Disclosure } from '../kit/disclosure.tsx';

interface VersionRowProps {
  readonly version: number;
  readonly badges: ReactNode;
  /** In a line: when it was made, by whom. */
  readonly about: ReactNode;
  /** What it changed, and where it goes from here. */
  readonly children: ReactNode;
}

/** One version in a list of them, closed at first. */
export function VersionRow({ version, badges, about, children }: VersionRowProps) {
  return (
    <li data-testid="version">
      <Disclosure
        className="rounded-xl border border-line"
        buttonClassName="min-h-14 px-3.5 py-2"
        summary={
          <span className="min-w-0 grow">
            <span className="flex flex-wrap items-center gap-2 font-medium text-sm">
              Version {version}
              {badges}
            </span>
            <span className="mt-0.5 block truncate text-[13px] text-muted">{about}</span>
          </span>
        }
      >
        <div className="border-line border-t p-3.5">{children}</div>
      </Disclosure>
    </li>
  );
}
