// The platform's own worker, with a model that answers by a script and with tools that can be waited for.
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { composeWorker } from '#containers/agent/deps.ts';
import { runWorkerProcess } from '#containers/agent/worker-process.ts';
import { parseEnv, WorkerEnv } from '#core/env.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { scriptModel } from './script-model.ts';

const deploy: ServerTool = {
  kind: 'server',
  name: 'deploy',
  description: 'Deploys a commit.',
  parameters: z.object({ environment: z.string(), commit: z.string() }),
  idempotent: true,
  policy: { approval: 'always', decider: 'requester_or_admin', expiresInSeconds: 600 },
  execute: async (args) => `deployed to ${z.object({ environment: z.string() }).parse(args).environment}`,
};

const wait: ServerTool = {
  kind: 'server',
  name: 'wait',
  description: 'Waits until it is stopped.',
  parameters: z.object({}),
  idempotent: true,
  execute: (_, { signal }) => delay(60_000, 'waited', { signal }),
};

const step: ServerTool = {
  kind: 'server',
  name: 'step',
  description: 'Takes a second.',
  parameters: z.object({ number: z.number() }),
  idempotent: true,
  execute: (_, { signal }) => delay(1_000, 'stepped', { signal }),
};

const charge: ServerTool = {
  kind: 'server',
  name: 'charge',
  description: 'Charges an amount. Calling it twice charges twice.',
  parameters: z.object({ amount: z.number() }),
  idempotent: false,
  execute: (_, { signal }) => delay(3_000, 'charged', { signal }),
};

const env = parseEnv(WorkerEnv, process.env);
const logger = createJsonLogger({ service: 'agent', stage: env.STAGE });
const { worker, platform } = composeWorker(env, logger, {
  tools: [deploy, wait, step, charge],
  findModel: async () => scriptModel,
});
await runWorkerProcess({ worker, metrics: platform.metrics, env, logger });
process.exit(0);
