import { Stack } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type IVpc,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { exact } from '../constructs/exact.ts';
import { acknowledge } from '../nag.ts';

/**
 * Where containers run: public subnets only. A task has a public address to reach out with and a security group that lets
 * nobody in, which costs 3.65 USD a month a task instead of 33 USD and more for a NAT gateway.
 */
export class NetworkStack extends Stack {
  readonly vpc: Vpc;
  /** Out to anywhere (models, Supabase, AWS), in from nowhere. */
  readonly outboundOnly: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.20.0.0/20'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24 }],
      gatewayEndpoints: {
        DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: GatewayVpcEndpointAwsService.S3 },
      },
      // Nothing uses the default group; emptying it would take a Lambda that may change every security group.
      restrictDefaultSecurityGroup: false,
    });
    this.outboundOnly = new SecurityGroup(this, 'OutboundOnly', {
      vpc: exact<IVpc>(this.vpc),
      description: 'Lets nothing in',
      allowAllOutbound: true,
    });
    acknowledge(this.vpc, {
      VPC7: 'Nothing in this network can be reached from outside, and the logs of the flows out would cost more than the rest of it.',
    });
  }
}
