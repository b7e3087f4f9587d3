import { AlertDialog } from 'radix-ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { messageOf } from '../http/call-error.ts';
import { Button } from './button.tsx';
import { toast } from './toast.tsx';
import { useReturnFocus } from './use-return-focus.ts';

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  readonly action: string;
  /** What the action is called while it takes its time. */
  readonly busyAction?: string;
  /** Stays open, and says why, when it throws. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
  /** Something is lost by it. */
  readonly danger?: boolean;
}

/** Asks before something is done, and stays until it has been done: what comes of it is always told. */
export function ConfirmDialog({
  title,
  children,
  action,
  busyAction = action,
  onConfirm,
  onClose,
  danger = true,
}: ConfirmDialogProps) {
  const returnFocus = useReturnFocus();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isThere = useRef(false);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);

  async function confirm(): Promise<void> {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      // The page that it stood on may have been left.
      if (!isThere.current) toast.failed(messageOf(error));
      setProblem(messageOf(error));
      setBusy(false);
    }
  }

  return (
    <AlertDialog.Root open onOpenChange={(open) => open || busy || onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="fade-in fixed inset-0 z-40 bg-scrim" />
        <AlertDialog.Content
          onCloseAutoFocus={returnFocus}
          className="fade-in fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-2xl border border-line bg-raised p-5 shadow-menu"
        >
          <AlertDialog.Title className="font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-sm text-muted [overflow-wrap:anywhere]">
            {children}
          </AlertDialog.Description>
          {problem && (
            <p role="alert" className="mt-3 text-sm text-danger">
              {problem}
            </p>
          )}
          <p role="status" className="sr-only">
            {busy && `${busyAction} …`}
          </p>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button aria-disabled={busy}>Cancel</Button>
            </AlertDialog.Cancel>
            <Button
              kind={danger ? 'danger' : 'primary'}
              aria-disabled={busy}
              onClick={() => void confirm()}
              data-testid="confirm"
            >
              {busy ? busyAction : action}
            </Button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
