// The platform's own worker, with the tools of the fault tests, and with each of its requests going through a proxy that may
// make it fail or be the worker's last.
import * as z from 'zod';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { composeWorker } from '#containers/agent/deps.ts';
import { runWorkerProcess } from '#containers/agent/worker-process.ts';
import { parseEnv, WorkerEnv } from '#core/env.ts';
import type { ServerTool } from '#core/ports/tool.ts';

const { FAULT_REGISTRY, COUNTER_URL } = z.object({ FAULT_REGISTRY: z.url(), COUNTER_URL: z.url() }).parse(process.env);

const registered = await fetch(FAULT_REGISTRY, { method: 'POST', body: JSON.stringify({ pid: process.pid }) });
Object.assign(process.env, z.record(z.string(), z.string()).parse(await registered.json()));

// One setting says where Supabase is and who issues the tokens, and that must stay. So it is the requests that go another way.
const { SUPABASE_URL, SUPABASE_PROXY } = z
  .object({ SUPABASE_URL: z.url(), SUPABASE_PROXY: z.url() })
  .parse(process.env);
const fetchDirectly = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  if (!url.startsWith(SUPABASE_URL)) return fetchDirectly(input, init);
  if (input instanceof Request) throw new Error('a request to Supabase is made of an address here');
  return fetchDirectly(SUPABASE_PROXY + url.slice(SUPABASE_URL.length), init);
};

const lookUp: ServerTool = {
  kind: 'server',
  name: 'look_up',
  description: 'Tells what is known of a city.',
  parameters: z.object({ city: z.string() }),
  idempotent: true,
  execute: async (args) => {
    const { city } = z.object({ city: z.string() }).parse(args);
    // Rome is too long for an event, so that object storage is on the way too.
    return `The weather in ${city} is fine. ${city === 'Rome' ? 'And so it goes on. '.repeat(1_200) : ''}`;
  },
};

const charge: ServerTool = {
  kind: 'server',
  name: 'charge',
  description: 'Charges an amount for a booking. Calling it twice charges twice.',
  parameters: z.object({ booking: z.string(), amount: z.number() }),
  idempotent: false,
  policy: { approval: 'always', decider: 'requester_or_admin', expiresInSeconds: 600 },
  execute: async (args, { signal }) => {
    const { booking, amount } = z.object({ booking: z.string(), amount: z.number() }).parse(args);
    await fetch(`${COUNTER_URL}/${booking}`, { method: 'POST', signal });
    return `Charged ${amount}.`;
  },
};

const wire: ServerTool = {
  kind: 'server',
  name: 'wire',
  description: 'Wires the money for a booking, if somebody allows it soon.',
  parameters: z.object({ booking: z.string() }),
  idempotent: false,
  policy: { approval: 'always', decider: 'requester_or_admin', expiresInSeconds: 10 },
  execute: async (args, { signal }) => {
    const { booking } = z.object({ booking: z.string() }).parse(args);
    await fetch(`${COUNTER_URL}/${booking}`, { method: 'POST', signal });
    return 'Wired.';
  },
};

const dawdle: ServerTool = {
  kind: 'server',
  name: 'dawdle',
  description: 'Does nothing until it is stopped.',
  parameters: z.object({ booking: z.string() }),
  idempotent: true,
  execute: async (args, { signal }) => {
    const { booking } = z.object({ booking: z.string() }).parse(args);
    await fetch(`${COUNTER_URL}/${booking}`, { signal });
    return 'Enough of it.';
  },
};

const env = parseEnv(WorkerEnv, process.env);
const logger = createJsonLogger({ service: 'agent', stage: env.STAGE, pid: process.pid });
const { worker, platform } = composeWorker(env, logger, { tools: [lookUp, charge, wire, dawdle] });
await runWorkerProcess({ worker, metrics: platform.metrics, env, logger });
process.exit(0);
