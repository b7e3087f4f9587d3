/** What passed through the gateway, for the bench and for tests. Each would be a billed request on AWS. */
export interface GatewayCounters {
  httpRequests: number;
  socketConnects: number;
  socketMessages: number;
  /** PostToConnection calls that were delivered. */
  posts: number;
  postBytes: number;
  postsGone: number;
  postsThrottled: number;
}

export function createCounters(): GatewayCounters {
  return {
    httpRequests: 0,
    socketConnects: 0,
    socketMessages: 0,
    posts: 0,
    postBytes: 0,
    postsGone: 0,
    postsThrottled: 0,
  };
}
