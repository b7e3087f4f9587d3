import { ModelBehaviorError } from '@openai/agents';
import { APIConnectionTimeoutError, APIError } from 'openai';
import { expect, it } from 'vitest';
import type { RunErrorCode } from '#core/protocol/errors.ts';
import { ModelError, RunFailure, toRunError } from './model-error.ts';

const answer = (status: number, message = 'private words') =>
  new APIError(status, { message }, undefined, new Headers());

// What comes over the wire is tried in model-trouble.test.ts; here stands what does not.
it.each<[string, unknown, RunErrorCode]>([
  ['trouble that we recognised', new ModelError('model_key_missing', 'Set a key.'), 'model_key_missing'],
  ['a run that its own reason ends', new RunFailure({ code: 'turn_limit', message: 'Enough.' }), 'turn_limit'],
  ['a model that does not begin in time', new APIConnectionTimeoutError(), 'model_unavailable'],
  ['a request that took the server too long', answer(408), 'model_unavailable'],
  ['a gateway without a model behind it', answer(502), 'model_unavailable'],
  ['a request that is too large', answer(413), 'model_refused_request'],
  ['nonsense', new ModelBehaviorError('private words'), 'model_bad_response'],
  ['broken JSON', new SyntaxError('private words'), 'model_bad_response'],
  ['a body that ends too soon', new TypeError('terminated'), 'model_stream_cut'],
  ['a bug', new TypeError('x is not a function'), 'internal'],
  ['a thing that is no error', 'private words', 'internal'],
])('has a code and words for %s', (_name, error, code) => {
  const { message, ...rest } = toRunError(error, 'openai/gpt-test');

  expect(rest).toEqual({ code });
  expect(message).toMatch(code === 'model_refused_request' ? /: private words$/ : /^(?!.*private words).*\.$/);
});

it('quotes a refusal, without its number and not at any length', () => {
  const { message } = toRunError(answer(400, 'x'.repeat(1000)), 'openai/gpt-test');

  expect(message).toBe(`openai/gpt-test refused the request: ${'x'.repeat(300)}`);
});
