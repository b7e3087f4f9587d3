import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';

export interface AwsClients {
  readonly dynamo: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly s3: S3Client;
  readonly sockets: ApiGatewayManagementApiClient;
}

/** How long one attempt at a request may take. With its two repetitions a dead store is reported within about seven seconds. */
const requestTimeoutMs = 2_000;
const connectTimeoutMs = 1_000;
const connections = { keepAlive: true, maxSockets: 256 };

const impatient = {
  connectionTimeout: connectTimeoutMs,
  requestTimeout: requestTimeoutMs,
  throwOnRequestTimeout: true,
  httpAgent: connections,
  httpsAgent: connections,
};

/**
 * The SDK's clients. Region, credentials and other endpoints than AWS's own (`AWS_ENDPOINT_URL_DYNAMODB`, `…_SQS`) come from
 * the environment; `socketEndpoint` is the management endpoint of the socket API.
 */
export function createAwsClients(options: {
  region?: string | undefined;
  socketEndpoint?: string | undefined;
}): AwsClients {
  const region = options.region ? { region: options.region } : {};
  return {
    dynamo: new DynamoDBClient({ ...region, maxAttempts: 3, requestHandler: impatient }),
    // A queue's URL is its name; where to send requests is for the endpoint to say. Stand-ins give URLs whose host does not resolve.
    sqs: new SQSClient({ ...region, maxAttempts: 3, requestHandler: impatient, useQueueUrlAsEndpoint: false }),
    // By path and not by host name: the names of buckets resolve nowhere but at AWS.
    s3: new S3Client({ ...region, maxAttempts: 3, requestHandler: impatient, forcePathStyle: true }),
    sockets: new ApiGatewayManagementApiClient({
      ...region,
      ...(options.socketEndpoint && { endpoint: options.socketEndpoint }),
      // A push is a hint: rather lost than late.
      maxAttempts: 2,
      requestHandler: impatient,
    }),
  };
}
