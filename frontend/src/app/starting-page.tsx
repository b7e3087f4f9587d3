import { Skeleton } from '../kit/skeleton.tsx';

/** The frame of the page before anything is known, so that nothing jumps when it is. */
export function StartingPage() {
  return (
    <div role="status" aria-label="Troupe is starting" className="flex h-dvh bg-bg">
      <div className="hidden w-66 shrink-0 border-line border-r bg-sidebar p-4 md:block">
        <Skeleton className="h-7 w-28" />
        <Skeleton className="mt-6 h-9" />
        <Skeleton className="mt-6 h-5 w-40" />
        <Skeleton className="mt-3 h-5 w-32" />
      </div>
      <div className="grow" />
    </div>
  );
}
