import type * as z from 'zod';
import type { Route } from '#core/protocol/route.ts';
import { type RouteKey, routes } from '#core/protocol/routes.ts';
import { CallError } from './call-error.ts';
import { ToldProblem } from './told-error.ts';

type Part<Key extends RouteKey, Name extends 'path' | 'query' | 'body'> = (typeof routes)[Key] extends {
  readonly [Property in Name]: infer Schema extends z.ZodType;
}
  ? { readonly [Property in Name]: z.input<Schema> }
  : unknown;

/** What a route takes, as its schemas in core/protocol/routes.ts say. */
export type CallInput<Key extends RouteKey> = Part<Key, 'path'> & Part<Key, 'query'> & Part<Key, 'body'>;
export type CallReply<Key extends RouteKey> = z.output<(typeof routes)[Key]['reply']>;

/** Calls a route as the signed-in user. Throws `CallError`. */
export type Api = <Key extends RouteKey>(
  key: Key,
  input: CallInput<Key>,
  signal?: AbortSignal,
) => Promise<CallReply<Key>>;

interface ApiOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly token: () => Promise<string>;
  /** Gets another token, because the server refused the last one. */
  readonly renewToken: () => Promise<void>;
  readonly timeoutMs?: number;
}

interface AnyInput {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string | number | undefined>;
  readonly body?: unknown;
}

/** Longer than API Gateway waits for an answer (30 s, its HTTP APIs' quota): what takes as long as it may, such as a kill, is heard of. */
const answerWithinMs = 32_000;

export function createApi({ baseUrl, fetch, token, renewToken, timeoutMs = answerWithinMs }: ApiOptions): Api {
  async function send(key: RouteKey, input: AnyInput, signal: AbortSignal | undefined): Promise<Response> {
    const [method = 'GET', template = ''] = key.split(' ');
    const timeout = AbortSignal.timeout(timeoutMs);
    const headers = new Headers({ authorization: `Bearer ${await token()}` });
    if (input.body !== undefined) headers.set('content-type', 'application/json');
    try {
      return await fetch(baseUrl + pathOf(template, input), {
        method,
        headers,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new CallError({ reason: timeout.aborted ? 'timed_out' : 'unreachable' }, { cause });
    }
  }

  return async (key, input, signal) => {
    let response = await send(key, input as AnyInput, signal);
    if (response.status === 401) {
      await renewToken();
      response = await send(key, input as AnyInput, signal);
    }
    const body: unknown = await response.json().catch(() => undefined);
    if (!response.ok) throw refusal(response, body);
    const route: Route = routes[key];
    const reply = route.reply.safeParse(body);
    if (!reply.success) throw unreadable(response, reply.error);
    return reply.data as CallReply<typeof key>;
  };
}

export function pathOf(template: string, { path = {}, query = {} }: AnyInput): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
}

function refusal(response: Response, body: unknown): CallError {
  const told = ToldProblem.safeParse(body);
  if (told.success) return new CallError({ reason: 'refused', error: told.data });
  // A gateway or proxy answered in place of the API.
  return unreadable(response, undefined);
}

const unreadable = (response: Response, cause: unknown): CallError =>
  new CallError(
    {
      reason: 'refused',
      error: { code: 'unavailable', message: `Troupe gave an answer that cannot be read (${response.status}).` },
    },
    { cause },
  );
