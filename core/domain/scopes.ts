/**
 * Who of a run is doing what. A scope is one conversation with a model: '' is the run's own, a delegate's has the key of
 * the call that asked it. A scope can do nothing more by itself when it is parked, or when it has open calls and each of
 * them waits for somebody or is a delegate that is itself blocked. A run whose own scope is blocked has to be put aside.
 */
export interface Scopes {
  /** The scope begins, or its model is asked again. */
  think(scope: string): void;
  /** The model has asked for these calls. None: it goes on thinking, or is done. */
  call(scope: string, keys: readonly string[]): void;
  /** The call has its result. */
  done(scope: string, key: string): void;
  /** The call can only be carried on by somebody else. */
  wait(scope: string, key: string): void;
  /** The scope itself waits, between two calls of its model. */
  park(scope: string): void;
  close(scope: string): void;
}

type Phase = 'thinking' | 'parked' | 'calling';
interface Scope {
  readonly phase: Phase;
  readonly open: ReadonlyMap<string, 'working' | 'waiting'>;
}

const noCalls: Scope['open'] = new Map();

/** `onBlocked` is called once, as soon as the run can do nothing more. */
export function createScopes(onBlocked: () => void): Scopes {
  const scopes = new Map<string, Scope>();
  let told = false;

  const isBlocked = (id: string): boolean => {
    const scope = scopes.get(id);
    if (!scope || scope.phase === 'thinking') return false;
    if (scope.phase === 'parked') return true;
    return scope.open.size > 0 && [...scope.open].every(([key, state]) => state === 'waiting' || isBlocked(key));
  };
  const set = (id: string, scope: Scope): void => {
    scopes.set(id, scope);
    if (told || !isBlocked('')) return;
    told = true;
    onBlocked();
  };
  const openCalls = (id: string) => new Map(scopes.get(id)?.open);

  return {
    think: (id) => set(id, { phase: 'thinking', open: noCalls }),
    call: (id, keys) =>
      set(id, {
        phase: keys.length > 0 ? 'calling' : 'thinking',
        open: new Map(keys.map((key) => [key, 'working'])),
      }),
    done(id, key) {
      const open = openCalls(id);
      open.delete(key);
      set(id, { phase: open.size > 0 ? 'calling' : 'thinking', open });
    },
    wait: (id, key) => set(id, { phase: 'calling', open: openCalls(id).set(key, 'waiting') }),
    park: (id) => set(id, { phase: 'parked', open: noCalls }),
    close: (id) => void scopes.delete(id),
  };
}
