import * as z from 'zod';

const Parameter = z.object({ name: z.string(), in: z.enum(['path', 'query']), required: z.boolean() });
const Schema = z.custom<Parameters<typeof z.fromJSONSchema>[0]>((value) => typeof value === 'object' && value !== null);
const Content = z.record(z.string(), z.object({ schema: Schema }));
const Operation = z.object({
  operationId: z.string(),
  parameters: z.array(Parameter),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.looseObject({ content: Content.optional() })),
});
const Document = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

interface Given {
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

/** Calls an operation by its id: what it sends and what it is answered is checked by the document's own schemas. */
export type OpenApiClient = (token: string, operationId: string, given?: Given) => Promise<Answer>;
// biome-ignore lint/suspicious/noExplicitAny: what an answer is, is known to the document only.
type Answer = any;

/** A client that knows nothing but where the document is. */
export async function openApiClient(baseUrl: string): Promise<OpenApiClient> {
  const text = await (await fetch(new URL('/openapi.json', baseUrl))).text();
  // JSON Schema looks for its definitions beside itself.
  const document = Document.parse(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const checked = (schema: z.infer<typeof Schema>, value: unknown, what: string): unknown => {
    const withParts = { ...(schema as object), $defs: document.components.schemas } as typeof schema;
    const result = z.fromJSONSchema(withParts).safeParse(value);
    if (!result.success) throw new Error(`${what} is not what the document says: ${z.prettifyError(result.error)}`);
    return value;
  };

  return async (token, operationId, { path: inPath = {}, query = {}, body } = {}) => {
    const found = operations.find(({ operation }) => operation.operationId === operationId);
    if (!found) throw new Error(`the document has no operation ${operationId}`);
    const { path, method, operation } = found;
    for (const { name, in: place, required } of operation.parameters)
      if (required && (place === 'path' ? inPath : query)[name] === undefined)
        throw new Error(`${operationId} needs ${name}`);
    const url = new URL(
      path.replaceAll(/\{(\w+)\}/g, (_, name: string) => inPath[name] ?? ''),
      baseUrl,
    );
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
    if (content) checked(content.schema, body, `the body of ${operationId}`);
    const answer = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(type && { 'content-type': type }) },
      ...(content && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const said = operation.responses[String(answer.status)];
    if (!said || answer.status >= 300) throw new Error(`${operationId} answered ${answer.status}: ${text}`);
    const reply = Object.values(said.content ?? {})[0];
    return reply && checked(reply.schema, JSON.parse(text), `the answer of ${operationId}`);
  };
}
