import { describe, expect, it } from 'vitest';
import type { Item } from '#core/protocol/item.ts';
import type { Run, RunStatus } from '#core/protocol/run.ts';
import { aCall, anAnswer, anApproval, aRun, at, aUserMessage } from '../../testing/protocol-fixtures.ts';
import { activityOf } from './activity.ts';

const activity = (status: RunStatus, ...items: Item[]) => activityIn(aRun(1, { status }), ...items);
const activityIn = (run: Run, ...items: Item[]) =>
  activityOf({
    key: 'root',
    run,
    input: aUserMessage(1, 1),
    items,
    phase: 'live',
    messages: undefined,
    answers: undefined,
  });
const call = aCall(2, 1);
const about = { itemId: call.id, name: call.name, arguments: call.arguments };
const awaited = { awaitsClient: { expiresAt: at } };

describe('activityOf', () => {
  it.each([
    ['queued', [], 'Starting'],
    ['queued', [call], 'Going on'],
    ['running', [], 'Working'],
    ['running', [anAnswer(2, 1)], 'Writing'],
    ['running', [call], 'Using deploy'],
  ] as const)('says what a %s run is busy with', (status, items, text) => {
    expect(activity(status, ...items)).toEqual({ text, waits: false });
  });

  it('says that a run is being stopped for as long as it is', () => {
    expect(activityIn(aRun(1, { status: 'running', cancelling: true }), call)).toEqual({
      text: 'Stopping',
      waits: false,
    });
  });

  it.each([
    ['awaiting_approval', [call, anApproval(3, 1, { call: about })], 'Waiting for a decision about deploy'],
    ['awaiting_approval', [anApproval(3, 1), anApproval(4, 1)], 'Waiting for 2 decisions'],
    ['awaiting_approval', [anApproval(3, 1, { status: 'approved' }), anApproval(4, 1)], 'Waiting for a decision'],
    ['awaiting_client_tool', [aCall(2, 1, { name: 'ask_user', ...awaited })], 'Waiting for your answer'],
    ['awaiting_client_tool', [aCall(2, 1, { name: 'locate', ...awaited })], 'Waiting for a browser to do locate'],
    ['awaiting_auth', [], 'Waiting for a sign-in'],
    ['paused_budget', [], 'Paused: a budget is used up'],
  ] as const)('says what a run that is %s waits for', (status, items, text) => {
    expect(activity(status, ...items)).toEqual({ text, waits: true });
  });
});
