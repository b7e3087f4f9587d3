import { CorsHttpMethod, HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { routeKeys } from '../../core/protocol/routes.ts';
import type { Environment } from '../environments.ts';
import { acknowledge } from '../nag.ts';
import { accessLogFormat } from './access-log.ts';
import { createLogGroup } from './log-group.ts';

/** The HTTP API: exactly the routes of core/protocol, all to one Lambda; anything else is a 404 that costs no invocation. */
export class HttpGateway extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, environment: Environment, handler: IFunction) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: `troupe-${environment.name}`,
      createDefaultStage: false,
      // The web client comes from the same origin and needs none of this.
      ...(environment.allowedOrigins.length > 0 && {
        corsPreflight: {
          allowOrigins: environment.allowedOrigins,
          allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-api-key', 'x-troupe-csrf'],
          exposeHeaders: ['retry-after', 'ratelimit', 'ratelimit-policy'],
          allowMethods: [
            CorsHttpMethod.GET,
            CorsHttpMethod.POST,
            CorsHttpMethod.PATCH,
            CorsHttpMethod.PUT,
            CorsHttpMethod.DELETE,
          ],
        },
      }),
    });
    const integration = new HttpLambdaIntegration('Handler', handler, { scopePermissionToRoute: false });
    for (const { method, path } of routeKeys.map(parseRouteKey)) {
      this.api.addRoutes({ path, methods: [method], integration });
    }
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(createLogGroup(this, 'Log', environment)),
        format: accessLogFormat('routeKey', 'status', 'integrationErrorMessage', 'responseLatency', 'responseLength'),
      },
    });
    acknowledge(this, {
      APIG4:
        'The Lambda verifies each token itself, with the same verifier as the socket; public routes answer only whether it is well.',
    });
  }
}

function parseRouteKey(key: string): { method: HttpMethod; path: string } {
  const [name, path] = key.split(' ');
  const method = Object.values(HttpMethod).find((candidate) => candidate === name);
  if (!method || !path) throw new Error(`"${key}" in core/protocol/routes.ts is not "METHOD /path".`);
  return { method, path };
}
