import type { Passing } from './fault-proxy.ts';
import type { Place } from './fault-world.ts';

const puts =
  (table: string) =>
  ({ operation, body }: Passing): boolean =>
    operation === 'PutItem' && body.includes(`"TableName":"${table}"`);

/** What a worker does that others can notice: the points at which it is killed. */
const points = {
  journal: { place: 'dynamodb', is: puts('troupe-journal') },
  append: { place: 'dynamodb', is: puts('troupe-log') },
  push: { place: 'sockets', is: ({ method }: Passing) => method === 'POST' },
  /** A run that waited behind this one is handed to the workers. */
  enqueue: { place: 'sqs', is: ({ operation }: Passing) => operation === 'SendMessage' },
} as const satisfies Record<string, { place: Place; is: (passing: Passing) => boolean }>;
export type Point = keyof typeof points;
export const pointNames: readonly Point[] = ['journal', 'append', 'push', 'enqueue'];

export const isAt = (point: Point, place: Place, passing: Passing): boolean =>
  points[point].place === place && points[point].is(passing);
