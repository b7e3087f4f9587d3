import { useLocation } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';

interface TabLinksProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** Parts of one subject, each with an address of its own; the links carry `tabLink` as their look. */
export function TabLinks({ label, children }: TabLinksProps) {
  const { href } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // On a phone there are more than fit, and somebody may have come to one of the last by its address.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address says which is the current one
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current=page]');
    if (!nav.current || !current) return;
    nav.current.scrollLeft = current.offsetLeft - (nav.current.clientWidth - current.offsetWidth) / 2;
  }, [href]);
  return (
    <nav
      ref={nav}
      aria-label={label}
      className="relative shrink-0 overflow-x-auto border-line border-b [scrollbar-width:none] max-md:[mask-image:linear-gradient(to_right,transparent,black_1rem,black_calc(100%-1.5rem),transparent)]"
    >
      <ul className="flex w-max min-w-full gap-1 px-3 md:px-5">{children}</ul>
    </nav>
  );
}

export const tabLink = clsx(
  'relative inline-flex min-h-11 items-center whitespace-nowrap rounded-md px-2.5 text-muted text-sm transition-colors hover:text-text',
  "aria-[current=page]:font-medium aria-[current=page]:text-text aria-[current=page]:after:absolute aria-[current=page]:after:inset-x-2 aria-[current=page]:after:bottom-0 aria-[current=page]:after:h-0.5 aria-[current=page]:after:rounded-full aria-[current=page]:after:bg-accent aria-[current=page]:after:content-['']",
);
