import { Duration, Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import type { AuthProvider } from '../../core/protocol/person.ts';
import type { Environment } from '../environments.ts';
import { acknowledge, logicalIdOf } from '../nag.ts';
import { exact } from './exact.ts';
import { createLogGroup } from './log-group.ts';

export interface WebDeployment {
  readonly environment: Environment;
  readonly directory: string;
  readonly bucket: Bucket;
  readonly distribution: Distribution;
  /** What `GET /config.json` answers: see ClientConfig in frontend/. */
  readonly config: Readonly<Record<'apiUrl' | 'socketUrl' | 'supabaseUrl' | 'supabaseKey' | 'stage', string>> & {
    readonly authProviders: readonly AuthProvider[];
  };
}

/**
 * Uploads the web client in two steps: first the files that are named by their content and stay beside older ones, then the
 * few that refer to them, which browsers must always ask for again.
 */
export function deployWeb(scope: Construct, { environment, directory, bucket, distribution, config }: WebDeployment) {
  const logGroup = createLogGroup(scope, 'DeploymentLog', environment);
  const shared = { destinationBucket: exact<IBucket>(bucket), prune: false, logGroup, memoryLimit: 256 };
  const named = new BucketDeployment(scope, 'NamedByContent', {
    ...shared,
    sources: [Source.asset(directory)],
    exclude: ['*'],
    include: ['assets/*'],
    cacheControl: [CacheControl.setPublic(), CacheControl.maxAge(Duration.days(365)), CacheControl.immutable()],
  });
  const pages = new BucketDeployment(scope, 'Pages', {
    ...shared,
    sources: [Source.asset(directory), Source.jsonData('config.json', config)],
    exclude: ['assets/*'],
    cacheControl: [CacheControl.noCache()],
    distribution,
    distributionPaths: ['/index.html', '/config.json', '/theme.js', '/favicon.svg'],
  });
  pages.node.addDependency(named);
  acknowledgeUploader(scope, bucket);
}

/** CDK brings its own Lambda, which uploads the files while it deploys. Nobody else can call it. */
function acknowledgeUploader(scope: Construct, bucket: Bucket): void {
  const lambda = Stack.of(scope).node.children.find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
  if (!lambda) throw new Error("CDK's Lambda for uploads has another name now: see aws-s3-deployment.");
  const writesHere = 'It may change what is in this one bucket.';
  const readsAssets = 'It may read the assets that CDK uploaded to this account.';
  acknowledge(lambda, {
    L1: 'CDK chooses the runtime of its own Lambda.',
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
      'It writes its log by the policy that AWS made for that.',
    'IAM5[Action::s3:GetBucket*]': readsAssets,
    'IAM5[Action::s3:GetObject*]': readsAssets,
    'IAM5[Action::s3:List*]': readsAssets,
    'IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]': readsAssets,
    'IAM5[Action::s3:Abort*]': writesHere,
    'IAM5[Action::s3:DeleteObject*]': writesHere,
    [`IAM5[Resource::<${logicalIdOf(bucket)}.Arn>/*]`]: writesHere,
    'IAM5[Resource::*]': 'It empties the cache of CloudFront by an action that CDK limits to no distribution.',
  });
}
