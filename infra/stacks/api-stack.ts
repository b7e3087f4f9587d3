import { Duration, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ApiEnv, DeadLettersEnv, HttpApiEnv, SweepEnv } from '../../core/env.ts';
import type { Assets } from '../assets.ts';
import {
  allowErasing,
  allowIndex,
  allowMail,
  allowOpening,
  allowSecret,
  allowSending,
  allowTables,
  allowVault,
} from '../constructs/access.ts';
import { HttpGateway } from '../constructs/http-gateway.ts';
import { PlatformFunction } from '../constructs/platform-function.ts';
import { SocketGateway } from '../constructs/socket-gateway.ts';
import type { Environment } from '../environments.ts';
import { acknowledge, logicalIdOf } from '../nag.ts';
import type { LambdaVariables } from '../process-env.ts';
import type { DataStack } from './data-stack.ts';

export interface ApiStackProps {
  readonly environment: Environment;
  readonly assets: Assets;
  readonly data: DataStack;
}

type FunctionName = 'api' | 'socket' | 'sweep' | 'dead-letters';

/** The two gateways and the Lambdas: everything that runs only when somebody calls or a minute is over. */
export class ApiStack extends Stack {
  readonly http: HttpGateway;
  readonly socket: SocketGateway;
  readonly functions: Readonly<Record<FunctionName, PlatformFunction>>;
  readonly sweepFailures: Queue;
  private readonly props: ApiStackProps;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id);
    this.props = props;
    const { environment, data } = props;
    this.socket = new SocketGateway(this, 'Socket', environment);

    const shared = this.sharedVariables();
    const withQueue = { ...shared, RUN_QUEUE_URL: data.runQueue.queueUrl };
    const request = { timeout: Duration.seconds(15), memoryMiB: 512 };
    const background = { timeout: Duration.seconds(55), memoryMiB: 256 };
    const { mailFrom, domainName } = environment;
    const mail = mailFrom && domainName ? { MAIL_FROM: mailFrom, WEB_URL: `https://${domainName}` } : {};
    const withMail = { ...withQueue, ...mail } satisfies LambdaVariables<typeof SweepEnv>;
    const forHttp = {
      ...withQueue,
      ...mail,
      WEB_ORIGINS: environment.domainName ? `https://${environment.domainName}` : '',
      PLATFORM_PROVIDERS: environment.openai && environment.lendKeys ? 'openai' : '',
    } satisfies LambdaVariables<typeof HttpApiEnv>;
    // As long as API Gateway waits: a kill answers only when the run has ended.
    const api = this.function('api', 'HTTP API', forHttp, { ...request, timeout: Duration.seconds(29) });
    const socket = this.function('socket', 'socket API', withQueue satisfies LambdaVariables<typeof ApiEnv>, request);
    const sweep = this.function('sweep', 'sweep', withMail, background);
    const buried = shared satisfies LambdaVariables<typeof DeadLettersEnv>;
    const deadLetters = this.function('dead-letters', 'dead letters', buried, background);
    this.functions = { api, socket, sweep, 'dead-letters': deadLetters };

    for (const sender of [api, socket, sweep]) allowSending(sender, data.runQueue);
    this.http = new HttpGateway(this, 'Http', environment, api);
    this.socket.connect(socket);
    deadLetters.addEventSource(new SqsEventSource(data.deadLetters, { batchSize: 10, reportBatchItemFailures: true }));
    allowIndex(sweep, data.tables.runs, 'due');
    allowIndex(sweep, data.tables.runs, 'live');
    allowErasing(sweep, data);
    if (environment.mailFrom) allowMail(sweep, data, environment.mailFrom);
    allowIndex(api, data.tables.runs, 'live');
    this.sweepFailures = this.sweepEveryMinute(sweep);
  }

  private sharedVariables() {
    const { environment, data } = this.props;
    return {
      STAGE: environment.name,
      VERSION: environment.version,
      LOG_TABLE: data.tables.log.tableName,
      RUNS_TABLE: data.tables.runs.tableName,
      CONNECTIONS_TABLE: data.tables.connections.tableName,
      COUNTERS_TABLE: data.tables.counters.tableName,
      JOURNAL_TABLE: data.tables.journal.tableName,
      BLOBS_BUCKET: data.blobs.bucketName,
      SOCKET_ENDPOINT: this.socket.stage.callbackUrl,
      SUPABASE_URL: environment.supabaseUrl,
      SUPABASE_PUBLISHABLE_KEY: environment.supabaseKey,
      SUPABASE_JWT_SECRET_ARN: data.jwtSecret.secretArn,
      VAULT_KMS_KEYS: data.vaultKey.keyArn,
    };
  }

  private function(
    name: FunctionName,
    description: string,
    variables: Record<string, string>,
    size: { timeout: Duration; memoryMiB: number },
  ): PlatformFunction {
    const { environment, assets, data } = this.props;
    const code = assets.program(name);
    const made = new PlatformFunction(this, `${name}-function`, { environment, code, description, variables, ...size });
    allowTables(made, data);
    made.role?.addManagedPolicy(this.socket.pushing);
    made.role?.addManagedPolicy(data.blobAccess);
    allowSecret(made, data, data.jwtSecret);
    // The API seals; all of them open the keys of the projects that workspaces bring.
    if (name === 'api') allowVault(made, data);
    else allowOpening(made, data);
    return made;
  }

  /** A sweep that fails is not repeated: the next one comes in a minute. It leaves a message behind that raises an alarm. */
  private sweepEveryMinute(sweep: PlatformFunction): Queue {
    const failures = new Queue(this, 'SweepFailures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    sweep.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
      onFailure: new SqsDestination(failures),
    });
    acknowledge(failures, { SQS3: 'It is where failures go: nobody takes messages from it, so none can fail.' });
    const role = new Role(this, 'SweepScheduleRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    acknowledge(role, { [`IAM5[Resource::<${logicalIdOf(sweep)}.Arn>:*]`]: 'The versions of this one Lambda.' });
    new Schedule(this, 'SweepSchedule', {
      description: 'Puts right what a dead process left half-way',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(sweep, {
        role,
        deadLetterQueue: failures,
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    });
    return failures;
  }
}
