import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { BlobStore } from '#core/ports/blob-store.ts';
import { answerOf, errorName, toPlatformError } from './errors.ts';

const part = 'The object storage';

/** Large texts in a bucket of S3. */
export function createS3BlobStore({ client, bucket }: { client: S3Client; bucket: string }): BlobStore {
  return {
    async put(key, text) {
      const object = { Bucket: bucket, Key: key, Body: Buffer.from(text), ContentType: 'text/plain; charset=utf-8' };
      await answerOf(part, client.send(new PutObjectCommand(object)));
    },
    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return (await Body?.transformToString('utf-8')) ?? null;
      } catch (error) {
        if (errorName(error) === 'NoSuchKey') return null;
        throw toPlatformError(part, error);
      }
    },
  };
}
