import { Duration, Stack } from 'aws-cdk-lib';
import { type IVpc, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import {
  AwsLogDriver,
  Capability,
  CfnClusterCapacityProviderAssociations,
  Cluster,
  ContainerImage,
  ContainerInsights,
  CpuArchitecture,
  Secret as EcsSecret,
  FargateService,
  FargateTaskDefinition,
  type ICluster,
  LinuxParameters,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { WorkerEnv } from '../../core/env.ts';
import type { Assets } from '../assets.ts';
import { allowSecret, allowSending, allowTables, allowVault, allowWorking } from '../constructs/access.ts';
import { exact } from '../constructs/exact.ts';
import { createLogGroup } from '../constructs/log-group.ts';
import { scaleOnBacklog } from '../constructs/worker-scaling.ts';
import type { Environment } from '../environments.ts';
import { acknowledge } from '../nag.ts';
import type { PlainVariables } from '../process-env.ts';
import type { ApiStack } from './api-stack.ts';
import type { DataStack } from './data-stack.ts';
import type { NetworkStack } from './network-stack.ts';

/** A worker told to stop has this long to end its runs and hand over the rest … */
const stopTimeoutSeconds = 20;
/** … before ECS kills it: some seconds more, so that it is never killed in the middle of handing over. */
const killAfter = Duration.seconds(30);

export interface WorkerStackProps {
  readonly environment: Environment;
  readonly assets: Assets;
  readonly data: DataStack;
  readonly network: NetworkStack;
  readonly api: ApiStack;
}

/** The agent workers: a Fargate service that grows with the queue. Nothing calls it, so it has no load balancer and no open port. */
export class WorkerStack extends Stack {
  readonly cluster: Cluster;
  readonly service: FargateService;
  private readonly props: WorkerStackProps;

  constructor(scope: Construct, id: string, props: WorkerStackProps) {
    super(scope, id);
    this.props = props;
    const { environment, network, data } = props;
    this.cluster = new Cluster(this, 'Cluster', {
      vpc: exact<IVpc>(network.vpc),
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    acknowledge(this.cluster, {
      ECS4: 'Container Insights is paid for per metric; the count of tasks is taken from a metric that ECS gives away.',
    });
    const capacityProvider = environment.useSpot ? 'FARGATE_SPOT' : 'FARGATE';
    // Made here and not by the cluster, so that the service can wait for it.
    const capacity = new CfnClusterCapacityProviderAssociations(this, 'Capacity', {
      cluster: this.cluster.clusterName,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    });
    this.service = new FargateService(this, 'Service', {
      cluster: exact<ICluster>(this.cluster),
      taskDefinition: this.taskDefinition(),
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      securityGroups: [network.outboundOnly],
      assignPublicIp: true,
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { rollback: true },
    });
    this.service.node.addDependency(capacity);
    scaleOnBacklog(this.service, data.runQueue, environment);
  }

  private variables(): PlainVariables<typeof WorkerEnv> {
    const { environment, data, api } = this.props;
    return {
      STAGE: environment.name,
      VERSION: environment.version,
      LOG_TABLE: data.tables.log.tableName,
      RUNS_TABLE: data.tables.runs.tableName,
      CONNECTIONS_TABLE: data.tables.connections.tableName,
      COUNTERS_TABLE: data.tables.counters.tableName,
      JOURNAL_TABLE: data.tables.journal.tableName,
      BLOBS_BUCKET: data.blobs.bucketName,
      RUN_QUEUE_URL: data.runQueue.queueUrl,
      SOCKET_ENDPOINT: api.socket.stage.callbackUrl,
      SUPABASE_URL: environment.supabaseUrl,
      SUPABASE_PUBLISHABLE_KEY: environment.supabaseKey,
      MAX_RUNS: String(environment.maxRuns),
      STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds),
      DEFAULT_MODEL: environment.defaultModel,
      LEND_PLATFORM_KEYS_TO: environment.lendKeys ? 'everyone' : 'nobody',
      VAULT_KMS_KEYS: data.vaultKey.keyArn,
    };
  }

  private taskDefinition(): FargateTaskDefinition {
    const { environment, assets, data, api } = this.props;
    const definition = new FargateTaskDefinition(this, 'Task', {
      cpu: environment.taskCpu,
      memoryLimitMiB: environment.taskMemoryMiB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    const linuxParameters = new LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true });
    linuxParameters.dropCapabilities(Capability.ALL);
    definition.addContainer('agent', {
      image: ContainerImage.fromAsset(assets.program('agent'), { platform: Platform.LINUX_ARM64 }),
      user: '1000',
      readonlyRootFilesystem: true,
      linuxParameters,
      stopTimeout: killAfter,
      environment: this.variables(),
      secrets: {
        SUPABASE_JWT_SECRET: this.secret('JwtSecret', data.jwtSecret),
        ...(data.openaiSecret && { OPENAI_API_KEY: this.secret('OpenaiKey', data.openaiSecret) }),
      },
      logging: new AwsLogDriver({ streamPrefix: 'agent', logGroup: createLogGroup(this, 'Log', environment) }),
    });
    const executionRole = definition.obtainExecutionRole();
    for (const secret of [data.jwtSecret, data.openaiSecret]) if (secret) allowSecret(executionRole, data, secret);
    allowTables(definition.taskRole, data);
    allowVault(definition.taskRole, data);
    allowWorking(definition.taskRole, data.runQueue);
    // A run that has been answered, or whose turn has come, goes on by way of the queue.
    allowSending(definition.taskRole, data.runQueue);
    definition.taskRole.addManagedPolicy(api.socket.pushing);
    definition.taskRole.addManagedPolicy(data.blobAccess);
    acknowledge(definition, {
      ECS2: 'Plain variables hold names and addresses only; secrets come from Secrets Manager.',
      'IAM5[Resource::*]': 'ecr:GetAuthorizationToken, which ECS needs to pull the image, allows no other resource.',
    });
    return definition;
  }

  /** By its ARN alone: with its key, CDK would write this stack's role into the key's policy, and the stacks would need each other. */
  private secret(id: string, secret: Secret): EcsSecret {
    return EcsSecret.fromSecretsManager(Secret.fromSecretCompleteArn(this, id, secret.secretArn));
  }
}
