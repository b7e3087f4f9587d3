import type { Model } from '@openai/agents';

/** The part of a model that runs use: they only stream. */
export type StreamingModel = Pick<Model, 'getStreamedResponse'>;

/** A model whose errors are told in other words, once `translate` has them. */
export function translateErrors(
  model: StreamingModel,
  translate: (error: unknown) => unknown | Promise<unknown>,
): Model {
  return {
    async *getStreamedResponse(request) {
      try {
        yield* model.getStreamedResponse(request);
      } catch (error) {
        throw await translate(error);
      }
    },
    getResponse: () => Promise.reject(new Error('runs only stream')),
  };
}
