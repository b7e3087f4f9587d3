import { expect, it } from 'vitest';
import { AgentId, UserId, WorkspaceId } from '#core/protocol/ids.ts';
import type { ToolGrant } from '#core/protocol/run-routes.ts';
import { grantRows, grantWords } from './grant-rows.ts';

const [me, ada] = ['1', '2'].map((digit) => UserId.parse(`00000000-0000-4000-8000-00000000000${digit}`));
if (!me || !ada) throw new Error('there are two people');
const grant = (fields: Partial<ToolGrant>): ToolGrant => ({
  workspaceId: WorkspaceId.parse('wsp_01jd0000000000000000000000'),
  agentId: AgentId.parse('agt_01jd0000000000000000000000'),
  userId: me,
  tool: 'deploy',
  decider: 'requester_or_admin',
  grantedBy: me,
  ...fields,
});
const nameOf = (userId: UserId) => (userId === me ? 'you' : 'Ada');

it('shows a tool once for each person, with everybody who approved it', () => {
  const rows = grantRows([
    grant({}),
    grant({ userId: ada, grantedBy: ada }),
    grant({ decider: 'admin', grantedBy: ada }),
    grant({ tool: 'send' }),
  ]);

  expect(rows).toEqual([
    { userId: me, tool: 'deploy', grantedBy: [me, ada] },
    { userId: ada, tool: 'deploy', grantedBy: [ada] },
    { userId: me, tool: 'send', grantedBy: [me] },
  ]);
});

it('says for whom, and who said so', () => {
  expect(grantWords({ userId: me, grantedBy: [me, ada] }, nameOf)).toBe('For you, approved by you and Ada');
  expect(grantWords({ userId: ada, grantedBy: [ada] }, nameOf)).toBe('For Ada, approved by Ada');
});
