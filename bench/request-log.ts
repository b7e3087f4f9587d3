// Loaded into a process of the platform before its own code (NODE_OPTIONS=--import): writes each HTTP request that the process makes
// into the file of REQUEST_LOG, when it is over.
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync } from 'node:fs';
import { ClientRequest } from 'node:http';
import * as z from 'zod';
import { preciseNow } from './clock.ts';

const { REQUEST_LOG: file } = z.object({ REQUEST_LOG: z.string() }).parse(process.env);
const Sent = z.object({ request: z.instanceof(ClientRequest) });
/** What `fetch` tells of a request (undici, "Diagnostics Channel Support"). */
const Fetched = z.object({
  request: z.custom<{ readonly path: string }>(
    (value) => typeof value === 'object' && value !== null && 'path' in value,
  ),
});

const startedMs = new WeakMap<object, number>();

function end(request: object, name: string): void {
  const start = startedMs.get(request);
  if (start !== undefined)
    appendFileSync(file, `${JSON.stringify({ name, startMs: start, endMs: preciseNow(), pid: process.pid })}\n`);
}

/** An operation of AWS, or a path without what is asked there. */
const nameOf = (request: ClientRequest): string =>
  String(request.getHeader('x-amz-target') ?? request.path).replace(/^.*\.|\?.*$/g, '');

subscribe('http.client.request.start', (message) => void startedMs.set(Sent.parse(message).request, preciseNow()));
subscribe('http.client.response.finish', (message) => {
  const { request } = Sent.parse(message);
  end(request, nameOf(request));
});
subscribe('undici:request:create', (message) => void startedMs.set(Fetched.parse(message).request, preciseNow()));
subscribe('undici:request:trailers', (message) => {
  const { request } = Fetched.parse(message);
  end(request, request.path.replace(/\?.*$/, ''));
});
