import { createServer } from 'node:http';
import { listen } from '../support/listen.ts';

/** Something outside that notices when it is done twice: a payment service without idempotency keys, which sometimes never answers. */
export interface Counter {
  readonly url: string;
  /** How often this booking was charged. */
  count(booking: string): number;
  stop(): Promise<void>;
}

/** `POST /<booking>` charges once each time it is called; `GET` has no answer. */
export async function startCounter(): Promise<Counter> {
  const charged = new Map<string, number>();
  const server = createServer((request, response) => {
    if (request.method === 'GET') return;
    const booking = (request.url ?? '/').slice(1);
    charged.set(booking, (charged.get(booking) ?? 0) + 1);
    response.end('charged');
  });
  const { url, stop } = await listen(server);
  return {
    url,
    count: (booking) => charged.get(booking) ?? 0,
    stop,
  };
}
