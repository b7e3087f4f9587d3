import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAccount } from 'aws-cdk-lib/aws-apigateway';
import { LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Environment } from '../environments.ts';
import { acknowledge, logicalIdOf } from '../nag.ts';
import { accessLogFormat } from './access-log.ts';
import { createLogGroup } from './log-group.ts';

/** The stage is the path of the socket, and CloudFront passes paths on as they are: so it has the path's name. */
export const socketStageName = 'socket';

/** The WebSocket API: everything that a client says goes to one Lambda, and its reply back to the client. */
export class SocketGateway extends Construct {
  readonly api: WebSocketApi;
  readonly stage: WebSocketStage;
  /** Whoever has it may send to the open sockets of this API and end them, and do nothing else with it. */
  readonly pushing: ManagedPolicy;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    this.api = new WebSocketApi(this, 'Api', { apiName: `troupe-${environment.name}-socket` });
    this.stage = new WebSocketStage(this, 'Stage', {
      webSocketApi: this.api,
      stageName: socketStageName,
      autoDeploy: true,
      throttle: { rateLimit: 500, burstLimit: 1000 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(createLogGroup(this, 'Log', environment)),
        format: accessLogFormat('eventType', 'routeKey', 'status', 'connectionId', 'integrationLatency'),
      },
    });
    this.stage.node.addDependency(this.allowAccessLogs());
    this.pushing = this.allowPushing();
    acknowledge(this, {
      APIG4: 'The Lambda admits a connection by token or single-use ticket and checks the rights of every message.',
    });
  }

  /** Apart from the constructor, because the handler's environment names this API. */
  connect(handler: IFunction): void {
    const integration = (id: string) => new WebSocketLambdaIntegration(id, handler);
    this.api.addRoute('$connect', { integration: integration('Connect') });
    this.api.addRoute('$disconnect', { integration: integration('Disconnect') });
    this.api.addRoute('$default', { integration: integration('Message'), returnResponse: true });
  }

  private allowPushing(): ManagedPolicy {
    const names = ['POST', 'DELETE'].map((method) => `${socketStageName}/${method}/@connections/*`);
    const resources = names.map((resourceName) =>
      Stack.of(this).formatArn({ service: 'execute-api', resource: this.api.apiId, resourceName }),
    );
    const policy = new ManagedPolicy(this, 'Pushing', {
      statements: [new PolicyStatement({ actions: ['execute-api:ManageConnections'], resources })],
    });
    const reason = 'Connections come and go; these are only those of this API.';
    const api = `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${logicalIdOf(this.api)}>`;
    acknowledge(policy, Object.fromEntries(names.map((name) => [`IAM5[Resource::${api}/${name}]`, reason])));
    return policy;
  }

  /** WebSocket APIs write access logs only where the account's API Gateway may. One setting per account and region, so it stays. */
  private allowAccessLogs(): CfnAccount {
    const role = new Role(this, 'AccessLogRole', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AmazonAPIGatewayPushToCloudWatchLogs')],
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN);
    const account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    acknowledge(role, {
      'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
        'API Gateway asks for this very policy before it writes any access log.',
    });
    return account;
  }
}
