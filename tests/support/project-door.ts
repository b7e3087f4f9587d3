import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { listen } from './listen.ts';

/** Stands before a Supabase project: what it is asked passes, until it is told otherwise. */
export interface ProjectDoor {
  readonly url: string;
  /** `closed`: whoever asks is cut off. `outdated`: the project says that it lacks its newest migration. */
  be(way: 'open' | 'closed' | 'outdated'): void;
  /** How often somebody was cut off. */
  refusals(): number;
  stop(): Promise<void>;
}

const State = z.object({ workspaceId: z.string(), versions: z.array(z.string()) });

export async function openDoor(target: string): Promise<ProjectDoor> {
  let way: 'open' | 'closed' | 'outdated' = 'open';

  let refusals = 0;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    if (way === 'closed') {
      refusals += 1;
      request.socket.destroy();
      return;
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(target + request.url, {
      method: request.method ?? 'GET',
      headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
      ...(parts.length > 0 && { body: Buffer.concat(parts) }),
    });
    let body = Buffer.from(await answer.arrayBuffer());
    if (way === 'outdated' && request.url?.endsWith('/rpc/data_project')) {
      const state = State.parse(JSON.parse(body.toString()));
      body = Buffer.from(JSON.stringify({ ...state, versions: state.versions.slice(0, -1) }));
    }
    const contentType = answer.headers.get('content-type');
    response.writeHead(answer.status, { ...(contentType && { 'content-type': contentType }) }).end(body);
  }

  const server = createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  const { url, stop } = await listen(server);
  return {
    url,
    be(next) {
      way = next;
    },
    refusals: () => refusals,
    stop,
  };
}
