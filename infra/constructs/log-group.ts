import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Environment } from '../environments.ts';

/** A log group that forgets: logs are for finding faults, and what must last is in the tables. */
export const createLogGroup = (scope: Construct, id: string, { logRetentionDays }: Environment): LogGroup =>
  new LogGroup(scope, id, { retention: logRetentionDays, removalPolicy: RemovalPolicy.DESTROY });
