import { describe, expect, it } from 'vitest';
import { AgentId } from '#core/protocol/ids.ts';
import type { Item } from '#core/protocol/item.ts';
import { aCall, agentId, anAnswer, anApproval, at, itemIdOf, runIdOf } from '../../testing/protocol-fixtures.ts';
import { rowsOf } from './rows.ts';

const other = AgentId.parse('agt_01jd0000000000000000000002');
const about = (number: number) => ({ itemId: itemIdOf(number), name: 'deploy', arguments: '{}' });

describe('rowsOf', () => {
  it('puts what was asked about a call to the call', () => {
    const [first, second] = [aCall(1, 1), aCall(2, 1)];
    const asked = [anApproval(3, 1, { call: about(2) }), anApproval(4, 1, { call: about(1) })];

    expect(rowsOf([first, second, ...asked], agentId).map(({ item, approvals }) => [item.id, approvals])).toEqual([
      [first.id, [asked[1]]],
      [second.id, [asked[0]]],
    ]);
  });

  it('keeps a question about a budget, or about a call that is not here, as a row of its own', () => {
    const items = [anApproval(3, 1, { kind: 'budget' }), anApproval(4, 1, { call: about(9) })];

    expect(rowsOf(items, agentId).map(({ item }) => item)).toEqual(items);
  });

  it('puts what a delegate says and does into the call by which it was asked, with what is asked about it', () => {
    const ask = aCall(1, 1, { name: 'ask_researcher' });
    const inner = aCall(2, 1, { agentId: other, parentItemId: ask.id });
    const said = { ...anAnswer(3, 1), agentId: other, parentItemId: ask.id };
    const asked = anApproval(4, 1, { call: about(2) });

    const [row, ...others] = rowsOf([ask, inner, said, asked, anAnswer(5, 1)], agentId);

    expect(row?.inside).toMatchObject([
      { item: inner, approvals: [asked] },
      { item: said, speaker: other },
    ]);
    expect(others.map(({ item, speaker }) => [item.id, speaker])).toEqual([[itemIdOf(5), undefined]]);
  });

  it('says who speaks when that changes', () => {
    const handoff: Item = {
      id: itemIdOf(3),
      runId: runIdOf(1),
      createdAt: at,
      type: 'handoff',
      fromAgentId: agentId,
      toAgentId: other,
    };
    const theirs = (number: number): Item => ({ ...anAnswer(number, 1), agentId: other });

    const rows = rowsOf([anAnswer(2, 1), handoff, theirs(4), theirs(5), anAnswer(6, 1)], agentId);

    expect(rows.map(({ speaker }) => speaker)).toEqual([undefined, undefined, other, undefined, agentId]);
  });
});
