import { clsx } from 'clsx';
import type { ComponentProps, ReactNode } from 'react';

interface TableProps {
  /** What the table is about, for those who come upon it without seeing the page. */
  readonly caption: string;
  readonly children: ReactNode;
}

export function Table({ caption, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div tabIndex={0} className="overflow-x-auto rounded-xl border border-line">
      <table className="w-full border-collapse text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        {children}
      </table>
    </div>
  );
}

export function HeadCell({ className, ...props }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      className={clsx('whitespace-nowrap bg-sunken px-3.5 py-2.5 font-medium text-[13px] text-muted', className)}
      {...props}
    />
  );
}

export function Cell({ className, ...props }: ComponentProps<'td'>) {
  return <td className={clsx('border-line border-t px-3.5 py-2.5 align-middle', className)} {...props} />;
}
