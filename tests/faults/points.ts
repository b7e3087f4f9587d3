import type { Passing } from './fault-proxy.ts';
import type { Place } from './fault-world.ts';

const puts =
  (table: string) =>
  ({ operation, body }: Passing): boolean =>
    operation === 'PutItem' && body.includes(`"TableName":"${table}"`);

/** A write that is refused when somebody else was first: what takes a run from one state to the next. */
const isConditionalWrite = ({ operation, body }: Passing): boolean =>
  ['PutItem', 'UpdateItem', 'DeleteItem', 'TransactWriteItems'].includes(operation) &&
  body.includes('"ConditionExpression"');

/** What a worker, or the API, does that others can notice: the points at which it is killed. */
const points = {
  journal: { place: 'dynamodb', is: puts('troupe-journal') },
  append: { place: 'dynamodb', is: puts('troupe-log') },
  push: { place: 'sockets', is: ({ method }: Passing) => method === 'POST' },
  /** A run that waited behind this one is handed to the workers. */
  enqueue: { place: 'sqs', is: ({ operation }: Passing) => operation === 'SendMessage' },
  'api write': { place: 'api dynamodb', is: isConditionalWrite },
  /** A run that was accepted, or got its last answer, is handed to the workers. */
  'api enqueue': { place: 'api sqs', is: ({ operation }: Passing) => operation === 'SendMessage' },
} as const satisfies Record<string, { place: Place; is: (passing: Passing) => boolean }>;
export type Point = keyof typeof points;
export type ApiPoint = 'api write' | 'api enqueue';
export type WorkerPoint = Exclude<Point, ApiPoint>;
export const pointNames: readonly WorkerPoint[] = ['journal', 'append', 'push', 'enqueue'];
export const apiPoints: readonly ApiPoint[] = ['api write', 'api enqueue'];

export const isAt = (point: Point, place: Place, passing: Passing): boolean =>
  points[point].place === place && points[point].is(passing);
