import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ApiEnv, DeadLettersEnv, HttpApiEnv, parseEnv, SweepEnv, secretNames, WorkerEnv } from '../core/env.ts';
import { metricDefinitions } from '../core/ports/metrics.ts';
import { routeKeys } from '../core/protocol/routes.ts';
import { tables, timeToLiveAttribute } from '../core/tables.ts';
import { synthesize, type TemplateResource } from './testing/synthesize.ts';
import { mentions, textOf } from './testing/template-values.ts';

const dev = synthesize('dev');
const prod = synthesize('prod', { openai: true, allowedOrigins: 'https://a.example,https://b.example' });

const Variables = z.object({ Variables: z.record(z.string(), z.unknown()) });
const NamedValues = z.array(z.object({ Name: z.string(), Value: z.unknown() }));
const Container = z.looseObject({
  Environment: NamedValues,
  Secrets: z.array(z.object({ Name: z.string() })),
  StopTimeout: z.number(),
});

const secret = 's'.repeat(64);
const operations = readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8');

/** What the process will see: references filled in, and secrets fetched as adapters/aws/secrets.ts does. */
function resolved(variables: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(variables).map(([name, value]): [string, string] => [name, textOf(value)]);
  const fetched = secretNames
    .filter((name) => variables[`${name}_ARN`])
    .map((name): [string, string] => [name, secret]);
  const named = new Set(secretNames.map((name) => `${name}_ARN`));
  return Object.fromEntries([...texts.filter(([name]) => !named.has(name) && name !== 'NODE_OPTIONS'), ...fetched]);
}

const containerOf = (synthesis: typeof dev) => {
  const [task] = synthesis.of('AWS::ECS::TaskDefinition');
  return z.tuple([Container]).parse(task?.properties['ContainerDefinitions'])[0];
};

describe('environments of processes', () => {
  const schemas = {
    apifunction: HttpApiEnv,
    socketfunction: ApiEnv,
    sweepfunction: SweepEnv,
    deadlettersfunction: DeadLettersEnv,
  };

  const lambdas = dev.of('AWS::Lambda::Function').filter(({ stack }) => stack === 'troupe-dev-api');
  const schemaOf = ({ id }: TemplateResource) => Object.entries(schemas).find(([prefix]) => id.startsWith(prefix))?.[1];

  it('there is a Lambda for each program', () => {
    expect(lambdas.map(({ id }) => id.replace(/function.*/, 'function')).sort()).toEqual(Object.keys(schemas).sort());
  });

  it.each(lambdas.map((lambda) => [lambda.id, lambda] as const))(
    '%s gets what its schema asks for, and no more',
    (_id, lambda) => {
      const schema = schemaOf(lambda);
      if (!schema) throw new Error('There is no schema for it.');

      const environment = resolved(Variables.parse(lambda.properties['Environment']).Variables);

      expect(() => parseEnv(schema, environment)).not.toThrow();
      expect(Object.keys(schema.shape)).toEqual(expect.arrayContaining(Object.keys(environment)));
    },
  );

  it.each([
    ['without a model key', dev, ['SUPABASE_JWT_SECRET']],
    ['with one', prod, ['SUPABASE_JWT_SECRET', 'OPENAI_API_KEY']],
  ] as const)('the worker gets what its schema asks for, %s', (_name, synthesis, secrets) => {
    const { Environment, Secrets } = containerOf(synthesis);

    const plain = resolved(Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value])));
    const environment = { ...plain, ...Object.fromEntries(Secrets.map(({ Name }) => [Name, secret])) };

    expect(() => parseEnv(WorkerEnv, environment)).not.toThrow();
    expect(Object.keys(WorkerEnv.shape)).toEqual(expect.arrayContaining(Object.keys(environment)));
    expect(Secrets.map(({ Name }) => Name)).toEqual(secrets);
  });
});

describe('gateways', () => {
  it('the routes of the HTTP API are those of core/protocol', () => {
    const keys = dev
      .of('AWS::ApiGatewayV2::Route')
      .filter(({ properties }) => mentions(properties['ApiId'], 'HttpApi'))
      .map(({ properties }) => properties['RouteKey']);

    expect(keys.sort()).toEqual([...routeKeys].sort());
  });

  it('the socket answers messages on its default route', () => {
    const routes = dev
      .of('AWS::ApiGatewayV2::Route')
      .filter(({ properties }) => mentions(properties['ApiId'], 'SocketApi'));
    const responses = dev
      .of('AWS::ApiGatewayV2::RouteResponse')
      .map(({ properties }) => properties['RouteResponseKey']);

    expect(routes.map(({ properties }) => properties['RouteKey']).sort()).toEqual([
      '$connect',
      '$default',
      '$disconnect',
    ]);
    expect(responses).toEqual(['$default']);
  });

  it('only named origins may call the HTTP API from a page, and none by default', () => {
    const cors = (synthesis: typeof dev) =>
      synthesis.of('AWS::ApiGatewayV2::Api').flatMap(({ properties }) => properties['CorsConfiguration'] ?? []);

    expect(cors(dev)).toEqual([]);
    expect(cors(prod)).toMatchObject([{ AllowOrigins: ['https://a.example', 'https://b.example'] }]);
  });

  it('access logs name no query, header, address or path', () => {
    const formats = dev
      .of('AWS::ApiGatewayV2::Stage')
      .map(({ properties }) => z.object({ Format: z.string() }).parse(properties['AccessLogSettings']).Format);

    expect(formats).toHaveLength(2);
    expect(formats.join()).not.toMatch(/query|header|identity|path|authorizer/i);
  });
});

describe('queues', () => {
  const queues = dev.of('AWS::SQS::Queue');

  it('each has dead letters or is where they go', () => {
    const targets = [
      ...queues.map(({ properties }) => properties['RedrivePolicy']),
      ...dev.of('AWS::Lambda::EventInvokeConfig').map(({ properties }) => properties['DestinationConfig']),
    ];

    const alone = queues.filter(
      ({ id, properties }) => !properties['RedrivePolicy'] && !targets.some((target) => mentions(target, id)),
    );

    expect(alone).toEqual([]);
  });

  it('the run queue keeps the order and shows the runs of a dead worker again within 20 s', () => {
    const withDeadLetters = queues.filter(({ properties }) => properties['RedrivePolicy']);

    expect(withDeadLetters.map(({ properties }) => properties)).toMatchObject([
      { FifoQueue: true, VisibilityTimeout: 18, RedrivePolicy: { maxReceiveCount: 10 } },
    ]);
  });

  it('a dead letter that cannot be handled does not take others with it', () => {
    const [mapping] = dev.of('AWS::Lambda::EventSourceMapping');

    expect(mapping?.properties).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
  });
});

describe('tables', () => {
  it('are those of core/tables, with expiry, recovery and the key', () => {
    const made = dev.of('AWS::DynamoDB::Table');

    expect(made).toHaveLength(Object.keys(tables).length);
    for (const { properties } of made) {
      expect(properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: timeToLiveAttribute, Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      });
    }
  });

  it('cannot be lost in prod', () => {
    for (const { deletionPolicy, properties } of prod.of('AWS::DynamoDB::Table')) {
      expect(properties['DeletionProtectionEnabled']).toBe(true);
      expect(deletionPolicy).toBe('Retain');
    }
  });
});

describe('workers', () => {
  it('run without rights in a file system that cannot be written', () => {
    expect(containerOf(dev)).toMatchObject({
      ReadonlyRootFilesystem: true,
      User: '1000',
      LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
    });
  });

  it('have time to hand over before they are killed', () => {
    const { Environment, StopTimeout } = containerOf(dev);
    const own = Environment.find(({ Name }) => Name === 'STOP_TIMEOUT_SECONDS')?.Value;

    expect(StopTimeout).toBeGreaterThanOrEqual(Number(own) + 5);
  });

  it('run on spare capacity in dev only, and are replaced without a gap', () => {
    const service = (synthesis: typeof dev) => synthesis.of('AWS::ECS::Service')[0]?.properties;

    expect(service(dev)).toMatchObject({ CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE_SPOT' }] });
    expect(service(prod)).toMatchObject({
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE' }],
      DeploymentConfiguration: {
        MinimumHealthyPercent: 100,
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      },
    });
  });
});

describe('alarms', () => {
  const alarms = dev.of('AWS::CloudWatch::Alarm').filter(({ stack }) => stack.endsWith('observability'));

  it('tell somebody, and say what to do', () => {
    for (const { id, properties } of alarms) {
      expect(properties['AlarmActions'], id).toHaveLength(1);
      expect(properties['AlarmDescription'], id).toEqual(expect.stringMatching(/: |\. /));
    }
  });

  it.each([
    'ApproximateAgeOfOldestMessage',
    'ApproximateNumberOfMessagesVisible',
    'Errors',
    '5xx',
    'PushFailures',
    'SweepRepairs',
    'CPUUtilization',
    'RunFaults',
    'ModelFailures',
  ])('watch %s', (metric) => {
    expect(alarms.some(({ properties }) => mentions(properties, metric))).toBe(true);
  });

  it('are explained in docs/operations.md, each with what to do, and no others are', () => {
    const rows = [...operations.matchAll(/^\| `troupe-<env>-(\w+)` \| (.+) \| (.+) \|$/gm)];
    const names = alarms.map(({ properties }) => String(properties['AlarmName']).replace(/^troupe-dev-/, ''));

    expect(rows.map(([, name]) => name).toSorted()).toEqual(names.toSorted());
  });
});

describe('the dashboard', () => {
  const body = JSON.stringify(dev.of('AWS::CloudWatch::Dashboard'));
  /** As a metric's name, or in a search for it. */
  const shows = (name: string) => new RegExp(`["\\\\]${name}["\\\\]`).test(body);

  it('shows every metric of the platform', () => {
    const missing = Object.keys(metricDefinitions).filter((name) => !shows(name));

    expect(missing).toEqual([]);
  });

  it('shows none that docs/operations.md does not explain', () => {
    const rows = [...operations.matchAll(/^\| `(\w+)` \| (\w+(?:, \w+)*|—) \| .+ \|$/gm)];

    expect(rows.map(([, name, by]) => [name, by === '—' ? [] : by?.split(', ')])).toEqual(
      Object.entries(metricDefinitions).map(([name, given]) => [name, 'by' in given ? given.by : []]),
    );
  });
});
