import { CloudOff, LoaderCircle } from 'lucide-react';
import { useConnectionProblem } from './use-connection-problem.ts';

/** Says that this page is cut off, calmly; what agents do goes on without it. */
export function ConnectionBanner() {
  const problem = useConnectionProblem();
  return (
    <div role="status" aria-live="polite" data-testid="connection-banner" data-problem={problem ?? 'none'}>
      {problem && (
        <p className="fade-in flex items-center justify-center gap-2.5 border-warning-line border-b bg-warning-soft px-4 py-2 text-[13.5px] text-warning">
          {problem === 'offline' ? (
            <CloudOff size={15} className="shrink-0" />
          ) : (
            <LoaderCircle size={15} className="shrink-0 animate-spin" />
          )}
          <span>
            {problem === 'offline'
              ? 'You are offline. Your agents keep working; this page catches up when you are back.'
              : 'Connection lost, reconnecting. Your agents keep working; nothing is lost.'}
          </span>
        </p>
      )}
    </div>
  );
}
