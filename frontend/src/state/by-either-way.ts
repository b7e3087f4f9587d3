import { CallError, isRefusal } from '../http/call-error.ts';

/** By the socket, and by HTTP when that did not get through: both lead to the same answer. Throws `CallError`. */
export async function byEitherWay(bySocket: () => Promise<unknown>, byHttp: () => Promise<unknown>): Promise<void> {
  try {
    await bySocket();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // A connection whose token has run out does nothing; over HTTP the request waits for the next token.
    const gotThrough = error.failure.reason === 'refused' && !isRefusal(error, 'token_expired');
    if (gotThrough) throw error;
    await byHttp();
  }
}
