import type { ComponentProps } from 'react';

interface TextButtonProps extends Pick<ComponentProps<'button'>, 'aria-expanded' | 'aria-controls'> {
  readonly children: string;
  readonly onClick: () => void;
  readonly testId?: string;
}

/** A small action that stands in a line of text. */
export function TextButton({ children, onClick, testId, ...aria }: TextButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      data-testid={testId}
      {...aria}
      className="inline-flex min-h-8 items-center rounded-md px-1.5 font-medium text-[13px] text-link hover:bg-hover pointer-coarse:min-h-11 pointer-coarse:px-3"
    >
      {children}
    </button>
  );
}
