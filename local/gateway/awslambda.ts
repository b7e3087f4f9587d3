// The global `awslambda` that the Node.js runtime of Lambda provides for response streaming
// (Lambda developer guide, "Writing response streaming-enabled Lambda functions").
import { Writable } from 'node:stream';
import type { LambdaHandler } from '#local/aws/lambda.ts';

/** The symbol with which the real runtime marks a handler that wants a response stream. */
const streamingMark = Symbol.for('aws.lambda.runtime.handler.streaming');

/** What `awslambda.HttpResponseStream.from(stream, metadata)` may carry. */
export interface StreamMetadata {
  statusCode?: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
}

/** The second argument of a streaming handler: a Writable whose first write, or end, sends status and headers. */
export class ResponseStream extends Writable {
  metadata: StreamMetadata = {};
  readonly #target: { start(metadata: StreamMetadata): void; out: Writable };
  #started = false;

  /** `start` is called once, before the first byte goes to `out`. */
  constructor(target: { start(metadata: StreamMetadata): void; out: Writable }) {
    super({ decodeStrings: false });
    this.#target = target;
  }

  setContentType(contentType: string): void {
    this.metadata = { ...this.metadata, headers: { ...this.metadata.headers, 'content-type': contentType } };
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#start();
    const { out } = this.#target;
    if (out.destroyed) done(new Error('the client has gone'));
    else if (out.write(chunk)) done();
    else waitForDrain(out, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#start();
    this.#target.out.end(() => done());
  }

  /** Whether status and headers have left already. */
  get started(): boolean {
    return this.#started;
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#target.start(this.metadata);
  }
}

/** Defines `globalThis.awslambda`. Call it before a module that calls `awslambda.streamifyResponse` is loaded. */
export function installAwslambda(): void {
  if ('awslambda' in globalThis) return;
  const awslambda = { streamifyResponse, HttpResponseStream: { from: withMetadata } };
  Object.defineProperty(globalThis, 'awslambda', { value: awslambda, configurable: true });
}

/** Whether a handler went through `awslambda.streamifyResponse`. */
export function isStreaming(handler: LambdaHandler): boolean {
  return streamingMark in handler;
}

function streamifyResponse(handler: LambdaHandler): LambdaHandler {
  return Object.assign(handler, { [streamingMark]: 'response' });
}

function withMetadata(stream: ResponseStream, metadata: StreamMetadata): ResponseStream {
  if (stream.started) throw new Error('HttpResponseStream.from must be called before the first write');
  stream.metadata = metadata;
  return stream;
}

function waitForDrain(out: Writable, done: (error?: Error | null) => void): void {
  const settle = (error?: Error) => {
    out.off('drain', drained);
    out.off('close', closed);
    done(error);
  };
  const drained = () => settle();
  const closed = () => settle(new Error('the client has gone'));
  out.on('drain', drained);
  out.on('close', closed);
}
