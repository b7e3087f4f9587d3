import type { ReactNode } from 'react';
import { NotFound } from '../app/not-found.tsx';
import { PagePending } from '../app/page-pending.tsx';
import { useMe } from '../app/use-me.ts';

/** Pages of the whole platform. For everybody else there is nothing at their address; the server refuses in any case. */
export function PlatformAdmins({ children }: { readonly children: ReactNode }) {
  const me = useMe();
  if (me.isPending) return <PagePending />;
  return me.data?.isPlatformAdmin ? children : <NotFound />;
}
