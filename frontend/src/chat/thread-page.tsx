import { ThreadId } from '#core/protocol/ids.ts';
import { NotFound } from '../app/not-found.tsx';
import { ThreadScreen } from './thread-screen.tsx';

export function ThreadPage({ threadId }: { readonly threadId: string }) {
  const parsed = ThreadId.safeParse(threadId);
  return parsed.success ? <ThreadScreen key={parsed.data} threadId={parsed.data} /> : <NotFound />;
}
