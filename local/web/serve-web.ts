import sirv from 'sirv';
import type { StaticFiles } from '../gateway/http-api.ts';

/** Serves the built web client as CloudFront does: its files, `/config.json`, and the page itself for every other path. */
export function serveWeb(folder: string, config: Readonly<Record<string, string | string[]>>): StaticFiles {
  const files = sirv(folder, { single: true, etag: true });
  const configBody = JSON.stringify(config);
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(configBody);
      return true;
    }
    if (path.startsWith('/v1/') || path.startsWith('/health') || path === '/openapi.json' || path === '/docs')
      return false;
    let found = true;
    files(request, response, () => {
      found = false;
    });
    return found;
  };
}
