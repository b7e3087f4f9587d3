import { clsx } from 'clsx';

export const Skeleton = ({ className }: { readonly className?: string }) => (
  <div className={clsx('animate-pulse rounded-md bg-hover', className)} />
);
