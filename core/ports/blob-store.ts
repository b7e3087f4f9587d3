/**
 * Large texts: tool outputs, and journal entries that are too long for a table. Keys are ours, and hold the workspace or run
 * that the text belongs to. Errors: `unavailable`.
 */
export interface BlobStore {
  /** Keeps a text, durable when it resolves. The same key is given the same text again. */
  put(key: string, text: string): Promise<void>;
  /** The text; null when there is none. */
  get(key: string): Promise<string | null>;
}
