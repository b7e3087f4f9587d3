// API Gateway with the Lambda functions behind it, in a process of their own: the HTTP API, the socket API, the sweep's
// schedule and the poller of the dead-letter queue. The functions are the very ones that run in AWS.
import { createInterface } from 'node:readline';
import { createAwsClients } from '#adapters/aws/clients.ts';
import { createJsonLogger } from '#adapters/system/json-logger.ts';
import { startOtelSdk } from '#adapters/system/otel-sdk.ts';
import { routeKeys } from '#core/protocol/routes.ts';
import { handler as api } from '#functions/api/lambda.ts';
import { handler as deadLetters } from '#functions/dead-letters/lambda.ts';
import { handler as socket } from '#functions/socket/lambda.ts';
import { handler as sweep } from '#functions/sweep/lambda.ts';
import { type Served, serveAsChild } from '../aws/child-entry.ts';
import { invokeLambda } from '../aws/lambda.ts';
import { startQueuePoller } from '../aws/queue-poller.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { serveWeb } from '../web/serve-web.ts';
import { ApiArgument, ApiFault, socketStage } from './definition.ts';

const lambdas = {
  api: { name: 'api', handler: api },
  socket: { name: 'socket', handler: socket },
  sweep: { name: 'sweep', handler: sweep },
  deadLetters: { name: 'dead-letters', handler: deadLetters },
};

async function start(argument: unknown): Promise<Served> {
  const options = ApiArgument.parse(argument);
  const sendTraces = startTraces(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']);
  const gateway = await createGateway({
    port: options.port,
    stage: socketStage,
    lambdas: Object.values(lambdas),
    httpRoutes: routeKeys.map((routeKey) => ({ routeKey, lambda: lambdas.api.name })),
    socket: { routes: { $connect: 'socket', $disconnect: 'socket', $default: 'socket' } },
    cors: {
      allowedOrigins: options.allowedOrigins,
      allowedHeaders: ['authorization', 'content-type'],
      allowedMethods: ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'],
      maxAgeSeconds: 600,
    },
    limits: options.limits,
    ...(options.webFolder && { staticFiles: serveWeb(options.webFolder, options.webConfig ?? {}) }),
    onError: logError,
  });
  const poller = startQueuePoller({
    client: createAwsClients({}).sqs,
    ...options.deadLetters,
    lambda: lambdas.deadLetters,
    waitSeconds: 1,
    onError: (error) => logError('dead-letters poller', error),
  });
  const schedule = setInterval(
    () => void invokeLambda(lambdas.sweep, {}).catch((error) => logError('sweep', error)),
    options.sweepEveryMs,
  );
  obeyFaults(gateway);
  return {
    url: gateway.httpUrl,
    async stop() {
      clearInterval(schedule);
      await Promise.all([gateway.close(), poller.stop()]);
      await sendTraces();
    },
  };
}

/** What the layer of a Lambda does in AWS. */
function startTraces(endpoint: string | undefined): () => Promise<void> {
  if (!endpoint) return async () => {};
  const logger = createJsonLogger({ service: 'api', stage: 'local' });
  return startOtelSdk({ service: 'api', stage: 'local', version: 'local', endpoint, logger });
}

function logError(where: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${JSON.stringify({ level: 'error', service: 'gateway', where, error: text })}\n`);
}

function obeyFaults(gateway: Gateway): void {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const fault = ApiFault.parse(JSON.parse(line));
    if (fault.fault === 'drop-connections') gateway.dropAllConnections();
    else gateway.faults.throttleNextPosts(fault.count);
  });
}

await serveAsChild('api', start);
