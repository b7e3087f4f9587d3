/** Runs tasks one after the other, in the order they came. A task that fails does not hold up the next. */
export type RequestQueue = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** PGlite is one connection: two requests at once would end up in each other's transaction. */
export function createRequestQueue(): RequestQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    // The caller sees the failure through `result`.
    last = result.catch(() => undefined);
    return result;
  };
}
