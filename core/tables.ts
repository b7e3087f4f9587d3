/** The DynamoDB tables: infra/ creates them in AWS, local/ in the stand-in. All are on demand, with `expiresAt` as TTL in seconds. */
export interface TableDefinition {
  readonly partitionKey: Key;
  readonly sortKey?: Key;
  readonly indexes: readonly { readonly name: string; readonly partitionKey: Key; readonly sortKey: Key }[];
}
interface Key {
  readonly name: string;
  readonly type: 'S' | 'N';
}

export const timeToLiveAttribute = 'expiresAt';

export const tables = {
  /** Segments of streams: the item at (stream, seq) holds the events seq … seq + count - 1. */
  log: { partitionKey: { name: 'stream', type: 'S' }, sortKey: { name: 'seq', type: 'N' }, indexes: [] },
  /** `run#<id>`: a run record. `request#<user>#<clientRequestId>`: what was asked, once. `once#<user>#<clientRequestId>`: the id of what another request makes. The indexes hold only runs that are not settled: `due` when the sweep is to look at them, `live` by their workspace. */
  runs: {
    partitionKey: { name: 'pk', type: 'S' },
    indexes: [
      { name: 'due', partitionKey: { name: 'dueShard', type: 'S' }, sortKey: { name: 'dueAtMs', type: 'N' } },
      { name: 'live', partitionKey: { name: 'liveIn', type: 'S' }, sortKey: { name: 'pk', type: 'S' } },
    ],
  },
  /** What each run has done, entry by entry; long ones are in object storage. */
  journal: { partitionKey: { name: 'runId', type: 'S' }, sortKey: { name: 'index', type: 'N' }, indexes: [] },
  /** (`connection#<id>`, `-`), its subscriptions from both sides, and (`ticket#<hash>`, `-`). */
  connections: { partitionKey: { name: 'pk', type: 'S' }, sortKey: { name: 'sk', type: 'S' }, indexes: [] },
  /**
   * What is counted. (`spend#<budget or run>`, `-`): spent and reserved, with an attribute per call that holds something there;
   * (`run#<id>`, `call#…`) such a call; (`run#<id>`, `allow#…`) a limit that the run may pass; (`rate#…`, `-`) a bucket of the rate limiter.
   */
  counters: { partitionKey: { name: 'pk', type: 'S' }, sortKey: { name: 'sk', type: 'S' }, indexes: [] },
} as const satisfies Record<string, TableDefinition>;
