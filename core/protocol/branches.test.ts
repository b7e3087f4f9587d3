import { describe, expect, it } from 'vitest';
import { agentAfter, branchesAt, branchOf, choosing } from './branches.ts';
import type { AgentId, ItemId, RunId } from './ids.ts';
import type { Item } from './item.ts';
import type { Run } from './run.ts';
import { createCountedIds } from './testing.ts';
import { emptyThreadView, type ThreadView } from './thread-view.ts';

const newId = createCountedIds();
const [one, two, edited, answered] = [newId('run'), newId('run'), newId('run'), newId('run')];

function viewOf(...runs: [RunId, RunId | null][]): ThreadView {
  const run = (id: RunId, parentRunId: RunId | null, queuedSeq: number) => ({
    id,
    parentRunId,
    queuedSeq,
    threadId: newId('thr'),
    agentId: newId('agt'),
    inputItemId: newId('itm'),
    status: 'completed' as const,
    attempt: 1,
    createdAt: '2026-11-21T09:00:00.000Z',
  });
  return {
    ...emptyThreadView,
    runs: Object.fromEntries(runs.map(([id, parent], index) => [id, run(id, parent, index + 1)])),
  };
}

const tree = viewOf([one, null], [two, one], [edited, null], [answered, edited]);
const idsOf = (runs: readonly { id: RunId }[]) => runs.map(({ id }) => id);

describe('the branch that is read', () => {
  it('is the newest, without a choice', () => {
    expect(idsOf(branchOf(tree))).toEqual([edited, answered]);
  });

  it('is the chosen one, and from there on again the newest', () => {
    expect(idsOf(branchOf(tree, { root: one }))).toEqual([one, two]);
  });

  it('is remembered only where it is not the newest', () => {
    const [first, second] = [tree.runs[one], tree.runs[edited]];
    if (!first || !second) throw new Error('the tree has lost its runs');

    const older = choosing(tree, { [two]: answered }, first);

    expect(older).toEqual({ root: one, [two]: answered });
    expect(choosing(tree, older, second)).toEqual({ [two]: answered });
  });

  it('begins with the oldest run that is loaded', () => {
    expect(idsOf(branchOf(viewOf([two, one], [answered, two])))).toEqual([two, answered]);
  });

  it('is nothing in an empty thread', () => {
    expect(branchOf(emptyThreadView)).toEqual([]);
  });
});

it('knows the branches beside a run', () => {
  const [first, second] = [tree.runs[one], tree.runs[two]];
  if (!first || !second) throw new Error('no runs');

  expect(idsOf(branchesAt(tree, first))).toEqual([one, edited]);
  expect(idsOf(branchesAt(tree, second))).toEqual([two]);
});

describe('who has the conversation after a run', () => {
  const [ada, bo, cy] = [newId('agt'), newId('agt'), newId('agt')];
  const view = viewOf([one, null]);
  const run = { ...view.runs[one], agentId: ada } as Run;
  const base = () => ({ id: newId('itm'), runId: one, createdAt: run.createdAt });
  const said = (agentId: AgentId, parentItemId?: ItemId): Item => ({
    ...base(),
    type: 'agent_message',
    agentId,
    status: 'completed',
    text: '',
    ...(parentItemId && { parentItemId }),
  });
  const handedOver = (fromAgentId: AgentId, toAgentId: AgentId): Item => ({
    ...base(),
    type: 'handoff',
    fromAgentId,
    toAgentId,
  });
  const elsewhere: Item = { ...said(cy), runId: two };

  it.each<[string, Item[], AgentId]>([
    ['its own agent, when nothing was said', [], ada],
    ['who spoke last, where the handoff stands on an older page', [said(bo), elsewhere], bo],
    ['whom it was handed over to, who has said nothing yet', [said(ada), handedOver(ada, bo)], bo],
    ['whom it was handed back to', [handedOver(ada, bo), said(bo), handedOver(bo, ada)], ada],
    ['not a delegate', [said(ada), said(cy, newId('itm'))], ada],
  ])('is %s', (_, items, agentId) => {
    expect(agentAfter({ ...view, items }, run)).toBe(agentId);
  });
});
