import type { ComponentProps } from 'react';

interface SwitchProps extends Omit<ComponentProps<'input'>, 'type' | 'role' | 'checked'> {
  readonly label: string;
  readonly checked: boolean;
}

/** On or off, at once. */
export function Switch({ label, checked, ...props }: SwitchProps) {
  return (
    <span className="relative inline-flex h-9 w-11 shrink-0 items-center justify-center pointer-coarse:h-11">
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        aria-label={label}
        checked={checked}
        className="peer absolute inset-0 size-full cursor-pointer appearance-none rounded-lg"
        {...props}
      />
      <span className="pointer-events-none h-5 w-9 rounded-full border border-line-strong bg-sunken transition-colors peer-checked:border-accent peer-checked:bg-accent" />
      <span className="pointer-events-none absolute left-1.5 size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform peer-checked:translate-x-4 peer-checked:bg-on-accent" />
    </span>
  );
}
