import { clsx } from 'clsx';
import { X } from 'lucide-react';
import { Dialog as RadixDialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { useReturnFocus } from './use-return-focus.ts';

export interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  readonly children: ReactNode;
  readonly onClose: () => void;
  readonly wide?: boolean;
  readonly testId?: string;
}

/** Something to do before going on with the page; on a phone it is a sheet that rises from below. */
export function Dialog({ title, description, children, onClose, wide = false, testId }: DialogProps) {
  const returnFocus = useReturnFocus();
  return (
    <RadixDialog.Root open onOpenChange={(open) => open || onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fade-in fixed inset-0 z-40 bg-scrim" />
        <RadixDialog.Content
          data-testid={testId}
          {...(!description && { 'aria-describedby': undefined })}
          tabIndex={-1}
          onOpenAutoFocus={focusInside}
          onCloseAutoFocus={returnFocus}
          className={clsx(
            'fade-in fixed z-50 flex max-h-[min(92dvh,52rem)] flex-col border border-line bg-raised text-[15px] text-text shadow-menu outline-none',
            'inset-x-0 bottom-0 rounded-t-2xl pb-[env(safe-area-inset-bottom)]',
            'sm:inset-x-auto sm:top-1/2 sm:bottom-auto sm:left-1/2 sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-2xl sm:pb-0',
            wide ? 'sm:w-[min(46rem,calc(100vw-2rem))]' : 'sm:w-[min(30rem,calc(100vw-2rem))]',
          )}
        >
          <div className="flex items-start gap-3 px-5 pt-4 pb-1">
            <div className="min-w-0 grow pt-1">
              <RadixDialog.Title className="font-semibold leading-snug">{title}</RadixDialog.Title>
              {description && (
                <RadixDialog.Description className="mt-1 text-muted text-sm leading-snug">
                  {description}
                </RadixDialog.Description>
              )}
            </div>
            <RadixDialog.Close asChild>
              <IconButton label="Close" className="-mr-2">
                <X size={18} />
              </IconButton>
            </RadixDialog.Close>
          </div>
          <div className="min-h-0 overflow-y-auto overscroll-contain px-5 pt-3 pb-5">{children}</div>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Where somebody goes on: the first field, and not the button that closes. On a touch screen that would raise the keyboard. */
export function focusInside(event: Event): void {
  event.preventDefault();
  const content = event.currentTarget instanceof HTMLElement ? event.currentTarget : null;
  const field = content?.querySelector<HTMLElement>('input:enabled, select:enabled, textarea:enabled');
  if (field && !matchMedia('(pointer: coarse)').matches) field.focus();
  else content?.focus();
}

/** The buttons at the end of a dialog or form. */
export function Actions({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return <div className={clsx('flex flex-wrap justify-end gap-2 pt-2', className)}>{children}</div>;
}
