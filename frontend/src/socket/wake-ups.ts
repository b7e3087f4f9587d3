import type { SocketClient } from './socket-client.ts';

const quietMs = 1_000;

/** Calls `wake` whenever the page is looked at again or the network has come or gone; not more than once a second. */
export function wakeOnReturn(client: Pick<SocketClient, 'wake'>, page: Window): () => void {
  let last = Number.NEGATIVE_INFINITY;
  const wake = () => {
    if (page.document.visibilityState === 'hidden') return;
    const now = performance.now();
    if (now - last < quietMs) return;
    last = now;
    client.wake();
  };
  page.addEventListener('online', wake);
  page.addEventListener('offline', wake);
  page.addEventListener('focus', wake);
  page.document.addEventListener('visibilitychange', wake);
  return () => {
    page.removeEventListener('online', wake);
    page.removeEventListener('offline', wake);
    page.removeEventListener('focus', wake);
    page.document.removeEventListener('visibilitychange', wake);
  };
}
