import type { ReactNode } from 'react';
import { isRefusal, messageOf } from '../http/call-error.ts';
import { Button } from './button.tsx';
import { Skeleton } from './skeleton.tsx';

interface QueryViewProps<Data> {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: unknown;
    readonly refetch: () => unknown;
  };
  /** What is asked for, as in "Members could not be loaded." */
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
  readonly rows?: number;
}

/** Something that is asked of the server: while it is on its way, when it did not come, and when it is there. */
export function QueryView<Data>({ query, what, children, rows = 3 }: QueryViewProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <LoadFailed what={what} error={query.error} onRetry={query.refetch} />;
  return <Loading what={what} rows={rows} />;
}

interface LoadFailedProps {
  readonly what: string;
  readonly error: unknown;
  readonly onRetry: () => unknown;
}

function LoadFailed({ what, error, onRetry }: LoadFailedProps) {
  if (isRefusal(error, 'forbidden')) {
    return (
      <p role="alert" className="py-6 text-center text-muted text-sm">
        {messageOf(error)}
      </p>
    );
  }
  return (
    <div role="alert" className="flex flex-col items-center gap-3 py-8 text-center text-muted text-sm">
      <p>
        {what} could not be loaded. {messageOf(error)}
      </p>
      <Button onClick={() => void onRetry()}>Try again</Button>
    </div>
  );
}

export function Loading({ what, rows = 3 }: { readonly what: string; readonly rows?: number }) {
  return (
    <div role="status" aria-label={`Loading: ${what}`} className="flex flex-col gap-4 py-2">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={index} className="flex items-center gap-3">
          <Skeleton className="size-10 rounded-xl" />
          <div className="flex grow flex-col gap-2">
            <Skeleton className="h-4 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
