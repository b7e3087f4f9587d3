import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type TableDefinition, tables, timeToLiveAttribute } from '../../core/tables.ts';
import type { Environment } from '../environments.ts';
import { acknowledge, logicalIdOf } from '../nag.ts';

type TableName = keyof typeof tables;

/** A worker renews a message well within this time, so a dead one's runs go on elsewhere after it (design: run engine). */
const visibility = Duration.seconds(18);
/** Deliveries of one run before it is given up: crashes and hand-overs count too. */
const maxDeliveries = 10;

/** What outlives every deployment: tables, queues, secrets, and the key that encrypts them. */
export class DataStack extends Stack {
  readonly key: Key;
  /** Wraps the keys of workspaces' credentials. Apart from the other, so that only who opens credentials may use it. */
  readonly vaultKey: Key;
  readonly tables: Readonly<Record<TableName, Table>>;
  /** Long tool outputs and journal entries. */
  readonly blobs: Bucket;
  /** Reading and writing them; a role takes it over. */
  readonly blobAccess: ManagedPolicy;
  /** Deleting what people have deleted: for the sweep alone. */
  readonly blobErasure: ManagedPolicy;
  readonly runQueue: Queue;
  readonly deadLetters: Queue;
  readonly jwtSecret: Secret;
  readonly openaiSecret: Secret | undefined;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, { terminationProtection: environment.protectData });
    const removalPolicy = environment.protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key = new Key(this, 'Key', {
      description: `Troupe ${environment.name}: tables, queues and secrets`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.vaultKey = new Key(this, 'VaultKey', {
      description: `Troupe ${environment.name}: credentials of workspaces`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.tables = {
      log: this.table('Log', tables.log, environment),
      runs: this.table('Runs', tables.runs, environment),
      connections: this.table('Connections', tables.connections, environment),
      counters: this.table('Counters', tables.counters, environment),
      journal: this.table('Journal', tables.journal, environment),
    };

    this.blobs = this.bucket(environment);
    this.blobAccess = this.objectAccess(this.blobs, 'BlobAccess', ['s3:GetObject', 's3:PutObject']);
    this.blobErasure = this.objectAccess(this.blobs, 'BlobErasure', ['s3:DeleteObject'], ['s3:ListBucket']);

    const encrypted = { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key, enforceSSL: true } as const;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      ...encrypted,
      fifo: true,
      retentionPeriod: Duration.days(14),
      visibilityTimeout: Duration.minutes(6),
      dataKeyReuse: Duration.hours(1),
      removalPolicy,
    });
    this.runQueue = new Queue(this, 'RunQueue', {
      ...encrypted,
      fifo: true,
      retentionPeriod: Duration.days(4),
      visibilityTimeout: visibility,
      dataKeyReuse: Duration.hours(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxDeliveries },
      removalPolicy,
    });

    this.jwtSecret = this.secret('JwtSecret', environment, 'The JWT secret of the Supabase project');
    this.openaiSecret = environment.openai
      ? this.secret('OpenaiKey', environment, 'The API key that the workers use at OpenAI')
      : undefined;
  }

  private table(id: string, definition: TableDefinition, { protectData }: Environment): Table {
    const attribute = ({ name, type }: TableDefinition['partitionKey']) => ({
      name,
      type: type === 'N' ? AttributeType.NUMBER : AttributeType.STRING,
    });
    const table = new Table(this, id, {
      partitionKey: attribute(definition.partitionKey),
      ...(definition.sortKey && { sortKey: attribute(definition.sortKey) }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute,
      deletionProtection: protectData,
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const { name, partitionKey, sortKey } of definition.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: attribute(partitionKey),
        sortKey: attribute(sortKey),
      });
    }
    return table;
  }

  /** Nobody asks for its access log: every request is one of the platform's own, and stands in its traces. */
  private bucket({ protectData }: Environment): Bucket {
    const bucket = new Bucket(this, 'Blobs', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // As long as a journal is kept (adapters/aws/dynamo-journal.ts); what people read has no end.
      lifecycleRules: [{ prefix: 'journal/', expiration: Duration.days(90) }],
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(bucket, { S1: 'Only the platform itself reads and writes it; its traces say when.' });
    return bucket;
  }

  /** Here and not with each role: only here the bucket has a name that a finding can be accepted by. */
  private objectAccess(bucket: Bucket, id: string, actions: string[], ofBucket: string[] = []): ManagedPolicy {
    const policy = new ManagedPolicy(this, id, {
      statements: [
        new PolicyStatement({ actions, resources: [bucket.arnForObjects('*')] }),
        ...(ofBucket.length > 0 ? [new PolicyStatement({ actions: ofBucket, resources: [bucket.bucketArn] })] : []),
      ],
    });
    acknowledge(policy, { [`IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/*]`]: 'The objects of this one bucket.' });
    return policy;
  }

  /** Holds a random value until the one who deploys puts the real one in (docs/deploy.md). */
  private secret(id: string, { name, protectData }: Environment, description: string): Secret {
    const secret = new Secret(this, id, {
      description: `Troupe ${name}: ${description}`,
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    acknowledge(secret, {
      SMG4: 'The value is issued by Supabase or the model provider, and only they can change it.',
    });
    return secret;
  }
}
