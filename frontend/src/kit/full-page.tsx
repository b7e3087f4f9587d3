import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';

interface FullPageProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** A page with one thing to say. */
export function FullPage({ title, children }: FullPageProps) {
  return (
    <main className="flex min-h-dvh items-center justify-center bg-bg p-6 text-text">
      <div className="w-full max-w-lg">
        <Logo size={40} />
        <h1 className="mt-5 text-xl font-semibold tracking-tight">{title}</h1>
        <div className="mt-2 flex flex-col items-start gap-4 text-[15px] leading-relaxed text-muted">{children}</div>
      </div>
    </main>
  );
}
