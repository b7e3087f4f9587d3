import { statusOf, titleOf } from '../middleware/errors.ts';
import type { OpenApi, Operation } from './openapi.ts';

/** The API's documentation as one page that loads nothing and runs nothing; problem details link into it. */
export function docsPage({ info, paths, components }: OpenApi): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const tags = Map.groupBy(operations, ({ operation }) => operation.tags[0]);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(info.title)} API</title>
<style>${styles}</style>
</head>
<body>
<header><h1>${html(info.title)} API <small>${html(info.version)}</small></h1>
<p>${words(info.description)}</p>
<p>The same for machines: <a href="/openapi.json">openapi.json</a> (OpenAPI ${html('3.1')}).</p>
<nav aria-label="Sections">${[...tags.keys(), 'errors'].map((tag) => `<a href="#${html(tag)}">${html(tag)}</a>`).join(' ')}</nav></header>
<main>
${[...tags].map(([tag, routes]) => `<section aria-labelledby="${html(tag)}"><h2 id="${html(tag)}">${html(tag)}</h2>\n${routes.map(routeHtml).join('\n')}</section>`).join('\n')}
<section aria-labelledby="errors"><h2 id="errors">errors</h2><dl>
${Object.entries(titleOf)
  .map(
    ([code, title]) =>
      `<dt id="${html(code)}"><code>${html(code)}</code> ${statusOfCode(code)}</dt><dd>${html(title)}.</dd>`,
  )
  .join('\n')}
</dl></section>
<section aria-labelledby="schemas"><h2 id="schemas">schemas</h2>
${Object.entries(schemasOf(components))
  .map(([name, schema]) => json(name, schema, `schema-${name}`))
  .join('\n')}
</section>
</main>
</body>
</html>
`;
}

interface Shown {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function routeHtml({ method, path, operation }: Shown): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      `<tr><td><code>${html(name)}</code></td><td>${place}${required ? ', required' : ''}</td><td><code>${html(JSON.stringify(schema))}</code></td></tr>`,
  );
  const bodies = Object.values(requestBody?.content ?? {}).map(({ schema }) => json('Body', schema));
  return `<article id="${html(operationId)}"><h3><code>${method} ${html(path)}</code></h3>
<p>${words(summary)}</p><p class="quiet">${words(description)}</p>
${rows.length > 0 ? `<table><thead><tr><th>parameter</th><th>where</th><th>schema</th></tr></thead><tbody>${rows.join('')}</tbody></table>` : ''}
${bodies.join('')}${json('Answers', responses)}</article>`;
}

const json = (name: string, value: unknown, id?: string): string =>
  `<details${id ? ` id="${html(id)}"` : ''}><summary>${html(name)}</summary><pre>${html(JSON.stringify(value, null, 2))}</pre></details>`;

const schemasOf = (components: unknown): object =>
  typeof components === 'object' &&
  components !== null &&
  'schemas' in components &&
  components.schemas instanceof Object
    ? components.schemas
    : {};

const statusOfCode = (code: string): string =>
  Object.entries(statusOf)
    .filter(([name]) => name === code)
    .map(([, status]) => String(status))
    .join();

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
/** Text in which backticks mean code. */
const words = (text: string): string => html(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const styles = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
code,pre{font:13px/1.5 ui-monospace,monospace}pre{overflow:auto;padding:.75rem;border:1px solid #8884}
article{border-top:1px solid #8884;padding:.5rem 0}h3{margin:.5rem 0}small,.quiet{opacity:.75}
nav{display:flex;flex-wrap:wrap;gap:.75rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top;overflow-wrap:anywhere}
summary{cursor:pointer}dt{margin-top:.75rem}`;
