import { describe, expect, it } from 'vitest';
import type { Item } from '#core/protocol/item.ts';
import type { Run } from '#core/protocol/run.ts';
import { aCall, anAnswer, anApproval, aRun, aUserMessage } from '../../testing/protocol-fixtures.ts';
import type { Turn } from '../state/turns.ts';
import { announcementOf } from './announcement.ts';

const said = (phase: Turn['phase'], run: Partial<Run>, ...items: Item[]) =>
  announcementOf(
    {
      key: 'root',
      run: aRun(1, run),
      input: aUserMessage(1, 1),
      items,
      phase,
      messages: undefined,
      answers: undefined,
    },
    () => 'Ada',
  );

describe('announcementOf', () => {
  it('reads the answer to the reader, and not what a delegate said to the agent', () => {
    const call = aCall(2, 1);
    const inside = { ...anAnswer(4, 1, 'From inside'), parentItemId: call.id };

    expect(said('ended', { status: 'completed' }, call, anAnswer(3, 1, 'Hi'), inside)).toBe('Ada answered: Hi');
  });

  it('says what a run waits for, and nothing while it works', () => {
    expect(said('live', { status: 'awaiting_approval' }, anApproval(2, 1))).toBe('Ada: Waiting for a decision');
    expect(said('live', { status: 'running' })).toBeNull();
    expect(said('behind', { status: 'queued' })).toBeNull();
  });

  it('says why a run did not come to its end', () => {
    const error = { code: 'internal', message: 'The disk is full.' } as const;

    expect(said('ended', { status: 'failed', error })).toBe('Ada could not finish. The disk is full.');
    expect(said('ended', { status: 'timed_out' })).toBe('Ada could not finish.');
    expect(said('ended', { status: 'cancelled' })).toBe('Ada was stopped.');
  });
});
