import { clsx } from 'clsx';
import { DropdownMenu } from 'radix-ui';
import type { ComponentProps } from 'react';

export const MenuRoot = DropdownMenu.Root;
export const MenuTrigger = DropdownMenu.Trigger;
export const MenuRadioGroup = DropdownMenu.RadioGroup;

const itemLook =
  'flex min-h-9 select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-[highlighted]:bg-hover pointer-coarse:min-h-11';

/** Not in a portal: so it stays inside the landmark of its button, and inside the drawer when that is where its button is. */
export function MenuContent({ className, ...props }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Content
      sideOffset={6}
      collisionPadding={8}
      className={clsx(
        'fade-in z-50 min-w-40 rounded-xl border border-line bg-raised p-1 text-text shadow-menu',
        className,
      )}
      {...props}
    />
  );
}

interface MenuItemProps extends ComponentProps<typeof DropdownMenu.Item> {
  readonly danger?: boolean;
}

export function MenuItem({ danger = false, className, ...props }: MenuItemProps) {
  return <DropdownMenu.Item className={clsx(itemLook, danger && 'text-danger', className)} {...props} />;
}

export function MenuRadioItem({ className, ...props }: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return <DropdownMenu.RadioItem className={clsx(itemLook, 'data-[state=checked]:bg-sunken', className)} {...props} />;
}
