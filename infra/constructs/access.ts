import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DataStack } from '../stacks/data-stack.ts';

const dynamo = (...actions: string[]) => actions.map((action) => `dynamodb:${action}`);

/** What the adapters do with each table; nobody but the sweep scans (connections), and nobody else may delete what a log or a run record holds (`allowErasing`). */
const actions = {
  log: dynamo('GetItem', 'Query', 'PutItem'),
  runs: dynamo('GetItem', 'BatchGetItem', 'PutItem'),
  journal: dynamo('GetItem', 'Query', 'PutItem'),
  connections: dynamo('GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'),
  counters: dynamo('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'BatchWriteItem'),
};

/** Reading and writing the tables, as every process of the platform does. */
export function allowTables(grantee: IGrantable, data: DataStack): void {
  allow(grantee, actions.log, data.tables.log.tableArn);
  allow(grantee, actions.runs, data.tables.runs.tableArn);
  allow(grantee, actions.journal, data.tables.journal.tableArn);
  allow(grantee, actions.connections, data.tables.connections.tableArn);
  allow(grantee, actions.counters, data.tables.counters.tableArn);
  allowKey(grantee, data.key);
}

/** Listing what an index of a table holds. */
export function allowIndex(grantee: IGrantable, table: Table, index: string): void {
  allow(grantee, dynamo('Query'), `${table.tableArn}/index/${index}`);
}

/** Sending mail in the name of one address, as far as SES knows it. */
export function allowMail(grantee: IGrantable, data: DataStack, from: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: identitiesOf(from).map((resourceName) =>
        data.formatArn({ service: 'ses', resource: 'identity', resourceName }),
      ),
      conditions: { StringEquals: { 'ses:FromAddress': from } },
    }),
  );
}

/** SES asks for the address, or for its domain, whichever is verified. */
const identitiesOf = (from: string): string[] => [from, from.slice(from.indexOf('@') + 1)];

/** Taking away for good what was deleted, and looking for connections that are dead: for the sweep alone. */
export function allowErasing(grantee: IFunction, data: DataStack): void {
  const { log, runs, journal, counters, connections } = data.tables;
  allow(grantee, dynamo('Scan'), connections.tableArn);
  for (const table of [log, journal, counters]) allow(grantee, dynamo('BatchWriteItem'), table.tableArn);
  for (const table of [runs, counters]) allow(grantee, dynamo('DeleteItem'), table.tableArn);
  grantee.role?.addManagedPolicy(data.blobErasure);
}

/** Reading a secret that is encrypted with the key. */
export function allowSecret(grantee: IGrantable, data: DataStack, secret: Secret): void {
  allow(grantee, ['secretsmanager:GetSecretValue'], secret.secretArn);
  allow(grantee, ['kms:Decrypt'], data.key.keyArn);
}

/** Sealing and opening credentials (AWS Encryption SDK Developer Guide, "Required permissions for AWS KMS keys"). */
export function allowVault(grantee: IGrantable, data: DataStack): void {
  allow(grantee, ['kms:GenerateDataKey', 'kms:Decrypt'], data.vaultKey.keyArn);
}

/** Opening credentials only. */
export function allowOpening(grantee: IGrantable, data: DataStack): void {
  allow(grantee, ['kms:Decrypt'], data.vaultKey.keyArn);
}

export function allowSending(grantee: IGrantable, queue: Queue): void {
  allow(grantee, ['sqs:SendMessage'], queue.queueArn);
}

export function allowWorking(grantee: IGrantable, queue: Queue): void {
  allow(grantee, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], queue.queueArn);
}

/** Tables and queues use the key in the name of whoever calls them. */
function allowKey(grantee: IGrantable, key: IKey): void {
  const names = ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'];
  allow(
    grantee,
    names.map((name) => `kms:${name}`),
    key.keyArn,
  );
}

function allow(grantee: IGrantable, allowed: string[], resource: string): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: allowed, resources: [resource] }));
}
