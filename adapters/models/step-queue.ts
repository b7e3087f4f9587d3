/** Steps on their way from those who make them (a model's stream, tools in parallel) to the one who reads them, in order. */
export class StepQueue<Step> implements AsyncIterable<Step> {
  readonly #steps: Step[] = [];
  #wake: (() => void) | undefined;
  #ended = false;
  #failure: { error: unknown } | undefined;

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Adds a step; after the last one nothing is taken any more. */
  push(step: Step): void {
    if (this.#ended) return;
    this.#steps.push(step);
    this.#wake?.();
  }

  /** Adds the last step. The first one to end counts. */
  end(last: Step): void {
    this.push(last);
    this.#ended = true;
  }

  /** Ends by throwing to the reader. */
  fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Step> {
    for (;;) {
      yield* this.#steps.splice(0);
      if (this.#steps.length > 0) continue;
      if (this.#failure) throw this.#failure.error;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
