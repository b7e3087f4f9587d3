import { expect, it, vi } from 'vitest';
import { approvalIdOf, itemIdOf, runIdOf } from '../../testing/protocol-fixtures.ts';
import type { Api } from '../http/api.ts';
import { CallError } from '../http/call-error.ts';
import type { SocketClient } from '../socket/socket-client.ts';
import { createAnswers } from './answers.ts';

const approval = { runId: runIdOf(1), approvalId: approvalIdOf(2) };
const decision = { decision: 'approve', scope: 'once' } as const;

function setUp() {
  const request = vi.fn<SocketClient['request']>().mockResolvedValue({ id: 'c1', type: 'ok' });
  const called = vi.fn();
  const api: Api = async (key, input) => {
    called(key, input);
    return Promise.reject(new CallError({ reason: 'timed_out' }));
  };
  return { request, called, answers: createAnswers({ api, socket: { request } }) };
}

it('answers over the socket', async () => {
  const { answers, request, called } = setUp();

  await answers.decide(approval, decision);

  expect(request).toHaveBeenCalledExactlyOnceWith({ type: 'approval.resolve', ...approval, resolution: decision });
  expect(called).not.toHaveBeenCalled();
});

it('goes over HTTP when the socket is away', async () => {
  const { answers, request, called } = setUp();
  request.mockRejectedValue(new CallError({ reason: 'unreachable' }));

  await expect(answers.answerCall({ id: itemIdOf(3), runId: runIdOf(1) }, { output: 'ok' })).rejects.toThrow(CallError);

  expect(called).toHaveBeenCalledExactlyOnceWith('POST /v1/runs/{runId}/client-tools/{itemId}', {
    path: { runId: runIdOf(1), itemId: itemIdOf(3) },
    body: { result: { output: 'ok' } },
  });
});

it('goes over HTTP when the token of the connection has run out, which is no answer of a run', async () => {
  const { answers, request, called } = setUp();
  request.mockRejectedValue(new CallError({ reason: 'refused', error: { code: 'token_expired', message: 'Renew.' } }));

  await expect(answers.decide(approval, decision)).rejects.toThrow('too long');

  expect(called).toHaveBeenCalledTimes(1);
});

it('takes a refusal for an answer', async () => {
  const { answers, request, called } = setUp();
  request.mockRejectedValue(new CallError({ reason: 'refused', error: { code: 'conflict', message: 'Decided.' } }));

  await expect(answers.decide(approval, decision)).rejects.toThrow('Decided.');

  expect(called).not.toHaveBeenCalled();
});
