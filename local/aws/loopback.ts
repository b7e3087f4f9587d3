// Keeps servers that others wrote to this machine and away from web pages.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Server } from 'node:net';

/**
 * Makes every server of this process listen on 127.0.0.1, whatever it asks for: `fauxqs` listens on all interfaces and
 * has no option for it. For a process that does nothing else.
 */
export function listenOnLoopbackOnly(): void {
  const listen = Server.prototype.listen;
  const loopbackListen = function (this: Server, options: unknown, ...rest: unknown[]): unknown {
    refuseBrowsers(this);
    const kept = typeof options === 'object' && options !== null ? { ...options, host: '127.0.0.1' } : options;
    return Reflect.apply(listen, this, [kept, ...rest]);
  };
  Object.defineProperty(Server.prototype, 'listen', { value: loopbackListen, configurable: true, writable: true });
}

/** Answers 403 to requests with an Origin header: the stand-ins check no signature, and any open page could call them. */
export function refuseBrowsers(server: Server): void {
  const handlers = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.headers.origin !== undefined) return void response.writeHead(403).end();
    for (const handler of handlers) Reflect.apply(handler, server, [request, response]);
  });
}
