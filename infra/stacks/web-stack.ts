import { CfnOutput, Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  PriceClass,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Assets } from '../assets.ts';
import { exact } from '../constructs/exact.ts';
import { createSecurityHeaders } from '../constructs/security-headers.ts';
import { socketStageName } from '../constructs/socket-gateway.ts';
import { deployWeb } from '../constructs/web-deployment.ts';
import type { Environment } from '../environments.ts';
import { acknowledge } from '../nag.ts';
import type { ApiStack } from './api-stack.ts';

/** Every path without a file name is a page of the client. An error page would do it too, but would also hide the API's own 403 and 404. */
const pageForEveryPath = `function handler(event) {
  var request = event.request;
  if (!request.uri.split('/').pop().includes('.')) request.uri = '/index.html';
  return request;
}`;

export interface WebStackProps {
  readonly environment: Environment;
  readonly assets: Assets;
  readonly api: ApiStack;
}

/** One origin for everything that a browser needs: the web client from S3, the API and the socket from their gateways. */
export class WebStack extends Stack {
  readonly distribution: Distribution;

  constructor(scope: Construct, id: string, { environment, assets, api }: WebStackProps) {
    super(scope, id);
    const bucket = this.bucket();
    const gateway = (apiId: string) =>
      this.toGateway(Fn.join('.', [apiId, 'execute-api', this.region, this.urlSuffix]));
    const httpGateway = {
      ...gateway(api.http.api.apiId),
      responseHeadersPolicy: ResponseHeadersPolicy.SECURITY_HEADERS,
    };
    const { domainName, certificateArn, webAclArn } = environment;
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Troupe ${environment.name}`,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(exact<IBucket>(bucket)),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy: createSecurityHeaders(this, 'SecurityHeaders', environment),
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new EdgeFunction(this, 'PageForEveryPath', {
              code: FunctionCode.fromInline(pageForEveryPath),
              runtime: FunctionRuntime.JS_2_0,
            }),
          },
        ],
      },
      additionalBehaviors: {
        '/v1/*': httpGateway,
        '/health*': httpGateway,
        '/openapi.json': httpGateway,
        '/docs': httpGateway,
        [`/${socketStageName}`]: gateway(api.socket.api.apiId),
      },
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
      ...(domainName &&
        certificateArn && {
          domainNames: [domainName],
          minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
          certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
        }),
      ...(webAclArn && { webAclId: webAclArn }),
    });
    this.acknowledgeDistribution(environment);

    const host = domainName ?? this.distribution.distributionDomainName;
    deployWeb(this, {
      environment,
      directory: assets.web(),
      bucket,
      distribution: this.distribution,
      config: {
        apiUrl: '',
        socketUrl: `wss://${host}/${socketStageName}`,
        supabaseUrl: environment.supabaseUrl,
        supabaseKey: environment.supabaseKey,
        stage: environment.name,
        authProviders: environment.authProviders,
      },
    });
    new CfnOutput(this, 'Url', { value: `https://${host}` });
    new CfnOutput(this, 'DistributionDomain', { value: this.distribution.distributionDomainName });
  }

  /** Holds nothing but what was built from the sources: it can always be filled again. */
  private bucket(): Bucket {
    const bucket = new Bucket(this, 'Web', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      // Pages that are open in a browser may still ask for the files of the deployment before.
      lifecycleRules: [{ prefix: 'assets/', expiration: Duration.days(365) }],
    });
    acknowledge(bucket, { S1: 'The files are public through CloudFront, and only CloudFront can read the bucket.' });
    return bucket;
  }

  /** Nothing cached, everything passed on but the name of the host, by which the gateway would not know itself. */
  private toGateway(domain: string): BehaviorOptions {
    return {
      origin: new HttpOrigin(domain, { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY }),
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    };
  }

  private acknowledgeDistribution({ domainName, webAclArn }: Environment): void {
    acknowledge(this.distribution, {
      CFR1: 'Whoever the organisation invites may work from anywhere.',
      CFR3: 'The gateways log every call; a log of who fetched which public file would only collect addresses.',
      ...(!webAclArn && {
        CFR2: 'A web ACL costs as much as the rest at rest. The gateways throttle and every call needs a token; give webAclArn to have one.',
      }),
      ...(!domainName && {
        CFR4: 'CloudFront fixes the TLS version of its own name. With domainName and certificateArn it is TLS 1.2 and newer.',
      }),
    });
  }
}
