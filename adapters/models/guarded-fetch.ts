import { lookup } from 'node:dns/promises';
import { addressProblem, isPrivateAddress } from '#core/domain/server-address.ts';

export type Fetch = typeof fetch;

/** The server is none that may be called. The message is for a person. Of no SDK's making: the API has the guard without the SDKs. */
export class ServerNotAllowed extends Error {
  override readonly name = 'ServerNotAllowed';
}

/** The guard's own error in what a client made of it. */
export function serverNotAllowedIn(error: unknown): ServerNotAllowed | undefined {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ServerNotAllowed) return at;
  return undefined;
}

interface Options {
  readonly allowPrivate: boolean;
  /** The addresses of a host. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly request?: Fetch;
}

const resolveName = async (host: string): Promise<string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * A fetch for addresses that somebody of a workspace has put in: it follows no redirects and calls nothing in the platform's
 * own network, whatever a name leads to. (A name that changes between the look-up and the request is not caught.)
 */
export function createGuardedFetch({ allowPrivate, resolve = resolveName, request = fetch }: Options): Fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    // An address that was put in has no query; one that a client made of it may.
    const problem = addressProblem(`${url.origin}${url.pathname}`, allowPrivate);
    if (problem) throw refused(url, problem);
    if (!allowPrivate) {
      const addresses = await resolve(url.hostname.replace(/^\[|\]$/g, ''));
      if (addresses.some(isPrivateAddress)) throw refused(url, 'It must be a server on the public internet.');
    }
    return request(input, { ...init, redirect: 'error' });
  };
}

const refused = ({ host }: URL, problem: string) =>
  new ServerNotAllowed(`The server ${host} is not called. ${problem}`);
