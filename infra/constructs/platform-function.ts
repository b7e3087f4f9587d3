import type { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { acknowledge } from '../nag.ts';
import { createLogGroup } from './log-group.ts';

export interface PlatformFunctionProps {
  readonly environment: Environment;
  /** A directory with `index.mjs`, which exports `handler`. */
  readonly code: string;
  readonly description: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly memoryMiB: number;
}

/**
 * A Lambda of the platform: Node 24 on arm64, its own role that may only write its own log (and what is granted later), a log
 * group that forgets, traces. No VPC: a Lambda there could reach Supabase only through a NAT gateway.
 */
export class PlatformFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: PlatformFunctionProps) {
    const { environment, code, description, variables, timeout, memoryMiB } = props;
    const logGroup = createLogGroup(scope, `${id}Log`, environment);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    );
    super(scope, id, {
      description: `Troupe ${environment.name}: ${description}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(code),
      environment: { ...variables, NODE_OPTIONS: '--enable-source-maps' },
      timeout,
      memorySize: memoryMiB,
      role,
      logGroup,
      // The platform's own log lines are JSON already, and a metric in one is only found at the top level.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
    });
    acknowledge(role, { 'IAM5[Resource::*]': 'X-Ray has no resources to name: its two write actions allow only *.' });
  }
}
