import type { RunId, ThreadId } from '../protocol/ids.ts';
import type { BlobRef } from '../protocol/item.ts';

/** What the model is told of a tool's result at most, and the journal keeps. */
export const longestOutputBytes = 1024 * 1024;
/** What an event carries of it. The whole is kept beside it. */
const longestPreviewBytes = 16 * 1024;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** The beginning of a text, in whole characters. */
function beginningOf(text: string, mostBytes: number): string {
  const bytes = new TextEncoder().encode(text).subarray(0, mostBytes);
  // The last character may be cut in half; what is left of it is dropped.
  return new TextDecoder().decode(bytes, { stream: true });
}

/** A tool's output, cut with a note where it is longer than anybody could read. */
export function boundedOutput(output: string): string {
  const bytes = bytesOf(output);
  if (bytes <= longestOutputBytes) return output;
  return `${beginningOf(output, longestOutputBytes)}\n\n[Cut here: the output had ${bytes} bytes.]`;
}

/** What people see of an output at once. With `blob` there is more of it. */
export function previewOf(output: string, blobId: string): { output: string; blob?: BlobRef } {
  const bytes = bytesOf(output);
  if (bytes <= longestPreviewBytes) return { output };
  return { output: beginningOf(output, longestPreviewBytes), blob: { id: blobId, bytes } };
}

/** Names a call's output for good. */
export const blobIdOf = (runId: RunId, callKey: string): string => `${runId}-${callKey.replaceAll('/', '_')}`;

/** Where the blobs of a thread are kept. */
export const blobKey = (threadId: ThreadId, blobId: string): string => `threads/${threadId}/blobs/${blobId}`;
