/** Storage that never throws: it may be switched off or full, and then a value lives as long as the page. */
export interface TextStorage {
  get(key: string): string | null;
  set(key: string, value: string | null): void;
}

export function safeStorage(open: () => Storage): TextStorage {
  const memory = new Map<string, string>();
  return {
    get(key) {
      try {
        return open().getItem(key);
      } catch {
        return memory.get(key) ?? null;
      }
    },
    set(key, value) {
      try {
        if (value === null) open().removeItem(key);
        else open().setItem(key, value);
      } catch {
        if (value === null) memory.delete(key);
        else memory.set(key, value);
      }
    },
  };
}

/** Shared by the tabs of this browser. */
export const localText = safeStorage(() => window.localStorage);
/** Of this tab alone; survives a reload. */
export const tabText = safeStorage(() => window.sessionStorage);
