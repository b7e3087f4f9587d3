import { describe, expect, it } from 'vitest';
import { allowedActions } from './testing/statements.ts';
import { type Synthesis, synthesize } from './testing/synthesize.ts';

// cdk-nag runs within each synthesis, and a finding without an acknowledgement makes that throw.
const environments: [string, Synthesis][] = [
  ['dev', synthesize('dev')],
  ['staging', synthesize('staging')],
  ['prod', synthesize('prod', { openai: 'true', domainName: 'troupe.example', certificateArn: certificate() })],
];

describe.each(environments)('in %s', (_name, synthesis) => {
  it('no role has an action with a wildcard', () => {
    const wild = allowedActions(synthesis).filter(({ actions }) => actions.some((action) => action.includes('*')));

    expect(wild).toEqual([]);
  });

  it('everything is a resource only for what allows no other', () => {
    const everything = allowedActions(synthesis)
      .filter(({ resources }) => resources.includes('*'))
      .flatMap(({ actions }) => actions);

    const nameless = ['ecr:GetAuthorizationToken', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
    expect([...new Set(everything)].sort()).toEqual(nameless);
  });

  it('the only other wildcards are the connections of the socket API, the versions of a Lambda and the objects of a bucket', () => {
    const partly = allowedActions(synthesis)
      .filter(({ resources }) => resources.some((resource) => resource !== '*' && resource.includes('*')))
      .flatMap(({ actions }) => actions);

    expect([...new Set(partly)].sort()).toEqual([
      'execute-api:ManageConnections',
      'lambda:InvokeFunction',
      's3:DeleteObject',
      's3:GetObject',
      's3:PutObject',
    ]);
  });

  it('only the sweep lists runs that are due, and only those that accept runs or work on them send them', () => {
    const holders = (action: string, resource: string) =>
      allowedActions(synthesis)
        .filter(
          ({ actions, resources }) => actions.includes(action) && resources.some((name) => name.includes(resource)),
        )
        .map(({ policy }) => policy.replace(/^Allow in (\w+?)(?:functionRole|TaskRole).*$/, '$1'))
        .sort();

    expect(holders('dynamodb:Query', '/index/due')).toEqual(['sweep']);
    expect(holders('sqs:SendMessage', 'RunQueue')).toEqual(['Task', 'api', 'socket', 'sweep']);
  });

  it('no bucket is public', () => {
    const blocked = {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    };
    for (const { properties } of synthesis.of('AWS::S3::Bucket')) {
      expect(properties['PublicAccessBlockConfiguration']).toEqual(blocked);
    }
    const policies = JSON.stringify(synthesis.of('AWS::S3::BucketPolicy').map(({ properties }) => properties));
    expect(policies).not.toMatch(/"Effect":"Allow","Principal":("\*"|\{"AWS":"\*"\})/);
  });

  it('nothing lets anybody into the network', () => {
    const groups = synthesis.of('AWS::EC2::SecurityGroup').map(({ properties }) => properties['SecurityGroupIngress']);

    expect(groups).toEqual([undefined]);
    expect(synthesis.of('AWS::EC2::SecurityGroupIngress')).toEqual([]);
  });

  it('has nothing that costs much at rest', () => {
    const costly = /NatGateway|LoadBalancer|OpenSearch|Elasticsearch|VPCEndpointService|DBInstance|DBCluster/;

    expect(synthesis.resources.filter(({ type }) => costly.test(type))).toEqual([]);
    const endpoints = synthesis.of('AWS::EC2::VPCEndpoint').map(({ properties }) => properties['VpcEndpointType']);
    expect(endpoints).toEqual(['Gateway', 'Gateway']);
  });

  it('every log is forgotten after a while', () => {
    for (const { id, properties } of synthesis.of('AWS::Logs::LogGroup')) {
      expect(properties['RetentionInDays'], id).toBeGreaterThan(0);
    }
    for (const { id, properties } of synthesis.of('AWS::Lambda::Function')) {
      expect(properties['LoggingConfig'], id).toMatchObject({ LogGroup: expect.anything() });
    }
  });
});

function certificate(): string {
  return 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
}
