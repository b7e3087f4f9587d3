import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Platform } from '../platform.ts';

/** A client of the stand-in, for rows that nothing of the platform would write. */
export const dynamoOf = ({ stack }: Platform): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: stack.parts.dynamodb.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
