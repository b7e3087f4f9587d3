import { useState } from 'react';
import type { BlobRef } from '#core/protocol/item.ts';
import { usePlatform } from '../app/platform-context.ts';
import { messageOf } from '../http/call-error.ts';
import { useThread } from './thread-context.ts';

type BlobState =
  | { readonly status: 'closed' | 'loading' }
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'loaded'; readonly text: string };

/** The whole of a text that came with its beginning only, once it is asked for. */
export function useBlob(blob: BlobRef | undefined) {
  const { api } = usePlatform();
  const { threadId } = useThread();
  const [state, setState] = useState<BlobState>({ status: 'closed' });

  function load(): void {
    if (!blob) return;
    setState({ status: 'loading' });
    api('GET /v1/threads/{threadId}/blobs/{blobId}', { path: { threadId, blobId: blob.id } }).then(
      ({ text }) => setState({ status: 'loaded', text }),
      (error: unknown) => setState({ status: 'failed', message: messageOf(error) }),
    );
  }

  return { state, load };
}
