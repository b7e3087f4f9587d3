import { X } from 'lucide-react';
import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../kit/button.tsx';
import { useReturnFocus } from '../kit/use-return-focus.ts';

interface DrawerProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly children: ReactNode;
}

export function Drawer({ open, onOpenChange, children }: DrawerProps) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fade-in fixed inset-0 z-30 bg-scrim" />
        <DrawerContent>{children}</DrawerContent>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function DrawerContent({ children }: Pick<DrawerProps, 'children'>) {
  const returnFocus = useReturnFocus();
  return (
    <Dialog.Content
      aria-describedby={undefined}
      data-testid="drawer"
      // In a field, Escape is for the field.
      onEscapeKeyDown={(event) => event.target instanceof HTMLInputElement && event.preventDefault()}
      onCloseAutoFocus={returnFocus}
      className="slide-in fixed inset-y-0 left-0 z-40 flex w-[min(20rem,86vw)] border-line border-r bg-sidebar pt-[env(safe-area-inset-top)] pb-[env(safe-area-inset-bottom)] pl-[env(safe-area-inset-left)] text-[15px] text-text shadow-card"
    >
      <Dialog.Title className="sr-only">Threads</Dialog.Title>
      {children}
      <Dialog.Close asChild>
        <IconButton label="Close threads" className="absolute top-[calc(env(safe-area-inset-top)+0.375rem)] right-2">
          <X size={18} />
        </IconButton>
      </Dialog.Close>
    </Dialog.Content>
  );
}
