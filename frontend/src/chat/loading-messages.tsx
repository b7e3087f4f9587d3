import { Skeleton } from '../kit/skeleton.tsx';

export function LoadingMessages() {
  return (
    <div role="status" aria-label="Loading messages" className="flex flex-col gap-7">
      <Skeleton className="h-11 w-64 max-w-full self-end rounded-2xl" />
      <div className="flex flex-col gap-3">
        <Skeleton className="h-4 w-full" />
        <Skeleton className="h-4 w-11/12" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    </div>
  );
}
