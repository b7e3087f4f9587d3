const mostAnsweredBytes = 8 * 1024 * 1024;

/**
 * Reads no more of an answer than `mostBytes`, unpacked; then its body fails, which is a project that does not answer. For servers
 * that somebody of a workspace has put in: one large answer must not take the memory of a process that works for all.
 */
export function createLimitedFetch(ask: typeof fetch, mostBytes = mostAnsweredBytes): typeof fetch {
  return async (input, init) => {
    const answer = await ask(input, init);
    if (!answer.body) return answer;
    let bytes = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        if (bytes > mostBytes) throw new Error(`The answer is larger than ${mostBytes} bytes.`);
        controller.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = answer;
    return new Response(answer.body.pipeThrough(count), { status, statusText, headers });
  };
}
