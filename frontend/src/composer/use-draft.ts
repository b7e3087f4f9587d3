import { useState } from 'react';
import type { ThreadId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';

export interface Draft {
  readonly text: string;
  readonly set: (text: string) => void;
  /** Puts a text that was sent before what is being written. */
  readonly takeBack: (text: string) => void;
}

/** What is being written in a thread; it survives a reload. */
export function useDraft(threadId: ThreadId | null): Draft {
  const { drafts } = usePlatform();
  const [text, setText] = useState(() => drafts.get(threadId));
  const set = (next: string) => {
    setText(next);
    drafts.set(threadId, next);
  };
  const takeBack = (sent: string) => set(text.trim() === '' ? sent : `${sent}\n\n${text}`);
  return { text, set, takeBack };
}
