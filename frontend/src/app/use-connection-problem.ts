import { useEffect, useState, useSyncExternalStore } from 'react';
import { useStore } from '../state/use-store.ts';
import { usePlatform } from './platform-context.ts';

/** Most losses are over before anybody needs to know. */
const patienceMs = 2_000;

/** Why live updates do not come, once that has lasted a while. */
export function useConnectionProblem(): 'offline' | 'reconnecting' | null {
  const closed = useStore(usePlatform().socket.status).status === 'closed';
  const online = useSyncExternalStore(watchNetwork, () => navigator.onLine);
  const [lasting, setLasting] = useState(false);

  useEffect(() => {
    if (!closed) return;
    const timer = setTimeout(() => setLasting(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [closed]);

  if (!closed || !lasting) return null;
  return online ? 'reconnecting' : 'offline';
}

function watchNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}
