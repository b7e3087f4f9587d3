import { expect, it } from 'vitest';
import { workspaceId } from '../../testing/protocol-fixtures.ts';
import { samePageIn } from './same-page-in.ts';

it.each([
  ['/w/wsp_1/settings/members', `/w/${workspaceId}/settings/members`],
  ['/w/wsp_1/agents/agt_1', `/w/${workspaceId}/agents`],
  ['/w/wsp_1/discover', `/w/${workspaceId}/discover`],
  ['/w/wsp_1/runs', `/w/${workspaceId}/runs`],
  ['/t/thr_1', '/'],
  ['/', '/'],
])('goes from %s to %s', (from, to) => {
  expect(samePageIn(from, workspaceId)).toBe(to);
});
