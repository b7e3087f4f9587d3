import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '#core/protocol/errors.ts';
import type { RouteKey } from '#core/protocol/routes.ts';
import { newRequestId } from '../support/test-user.ts';
import { type Actor, newKey, newSkill, someKey, somePrice, type World } from './world.ts';

/** `allowed`: the route's own status. `nothing`: that too, and an empty list. Or the code of an error. */
export type Outcome = 'allowed' | 'nothing' | ErrorCode;

export interface Asked {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Row {
  readonly outcomes: Readonly<Record<Actor, Outcome>>;
  /** What is asked for. Who is allowed to end or change a thing for good is given one of their own. */
  readonly asked: (world: World, isAllowed: boolean) => Asked | Promise<Asked>;
  readonly oneByOne?: true;
}

type Three = readonly [Outcome, Outcome, Outcome];

/** `inside`: owner, admin, member. `keys`: Acme's, for reading, running and managing. */
function row(
  inside: Three,
  outside: Outcome,
  keys: Three,
  foreignKey: Outcome,
  asked: Row['asked'] = () => ({}),
  more: Partial<Record<Actor, Outcome>> = {},
): Row {
  const [owner, admin, member] = inside;
  const [readKey, runKey, manageKey] = keys;
  const people = {
    owner,
    admin,
    member,
    stranger: outside,
    foreignAdmin: outside,
    anonymous: outside,
    revoked: outside,
  };
  const nobody = { noToken: 'unauthenticated', expiredToken: 'token_expired' } as const;
  return { outcomes: { ...people, ...nobody, readKey, runKey, manageKey, foreignKey, ...more }, asked };
}

const all: Three = ['allowed', 'allowed', 'allowed'];
const none: Three = ['forbidden', 'forbidden', 'forbidden'];
const admins: Three = ['allowed', 'allowed', 'forbidden'];
const manageKey: Three = ['forbidden', 'forbidden', 'allowed'];
const runKeys: Three = ['forbidden', 'allowed', 'allowed'];
const themself: Three = ['not_found', 'allowed', 'not_found'];

type Ask = Row['asked'];
const open = (): Row => row(all, 'allowed', all, 'allowed', undefined, { noToken: 'allowed', expiredToken: 'allowed' });
const everybody = (ask?: Ask) => row(all, 'allowed', all, 'allowed', ask);
/** About the caller alone. */
const people = (ask?: Ask) => row(all, 'allowed', none, 'forbidden', ask);
const byMembers = (ask: Ask) => row(all, 'not_found', all, 'not_found', ask);
/** A list of what the caller can see; of a workspace that is not there it is empty too. */
const listed = (ask: Ask) => row(all, 'nothing', all, 'nothing', ask);
const byAdmins = (ask: Ask) => row(admins, 'not_found', manageKey, 'not_found', ask);
const byAdminsInPerson = (ask: Ask) => row(admins, 'not_found', none, 'forbidden', ask);
const byOwner = (ask: Ask) => row(['allowed', 'forbidden', 'forbidden'], 'not_found', none, 'forbidden', ask);
const byPlatformAdmins = (ask: Ask) => row(none, 'forbidden', none, 'forbidden', ask);
/** Of the admin's own thread, which is nobody else's business. */
const ofThread = (ask: Ask) => row(themself, 'not_found', all, 'not_found', ask);
const changesThread = (ask: Ask) => row(themself, 'not_found', runKeys, 'not_found', ask);
/** Of a run of the admin: the owner may look after it, a member may not. */
const ofRun: Three = ['allowed', 'allowed', 'not_found'];

const ofAcme: Ask = ({ workspaceId }) => ({ path: { workspaceId } });
const inAcme: Ask = ({ workspaceId }) => ({ query: { workspaceId } });
const ofAgent: Ask = ({ agent }) => ({ path: { agentId: agent.id } });
const ofThisThread: Ask = ({ thread: { threadId } }) => ({ path: { threadId } });
const ofThisRun: Ask = ({ thread: { runId } }) => ({ path: { runId } });
const agentVersion: Ask = ({ agent }) => ({ path: { agentId: agent.id, version: '1' } });
const catalogVersion: Ask = ({ catalogAgentId }) => ({ path: { catalogAgentId, version: '1' } });
const freshAgent = async ({ agent, newAgent }: World, isAllowed: boolean) => (isAllowed ? await newAgent() : agent).id;

/** Who may do what on each route, with things of Acme's. A new route does not compile without a row. In this order. */
export const routeMatrix: Readonly<Record<RouteKey, Row>> = {
  'GET /health': open(),
  'GET /health/detailed': open(),
  'GET /openapi.json': open(),
  'GET /docs': open(),

  'GET /v1/me': people(),
  'PATCH /v1/me': people(() => ({ body: { settings: { theme: 'dark' } } })),
  'GET /v1/me/invitations': row(['nothing', 'nothing', 'nothing'], 'nothing', none, 'forbidden'),
  // Whoever has the link may look at what it is for.
  'POST /v1/invitations/lookup': people(({ invitationToken }) => ({ body: { token: invitationToken } })),
  'POST /v1/invitations/accept': row(
    ['not_found', 'not_found', 'not_found'],
    'not_found',
    none,
    'forbidden',
    ({ addressed }) => ({ body: { invitationId: addressed.id } }),
  ),

  'GET /v1/workspaces': everybody(),
  'POST /v1/workspaces': row(
    all,
    'allowed',
    none,
    'forbidden',
    () => ({ body: { name: 'Another', kind: 'company' } }),
    { anonymous: 'forbidden' },
  ),
  'GET /v1/workspaces/{workspaceId}': byMembers(ofAcme),
  'PATCH /v1/workspaces/{workspaceId}': byAdmins((world) => ({ ...ofAcmePath(world), body: { name: 'Acme' } })),
  'GET /v1/workspaces/{workspaceId}/members': byMembers(ofAcme),
  'PATCH /v1/workspaces/{workspaceId}/members/{userId}': byAdmins(({ workspaceId, member }) => ({
    path: { workspaceId, userId: member.userId },
    body: { role: 'member' },
  })),
  'DELETE /v1/workspaces/{workspaceId}/members/{userId}': row(
    // The member is asked to remove the admin: nobody needs more than their own right to leave.
    admins,
    'not_found',
    manageKey,
    'not_found',
    async ({ workspaceId, newMember, admin }, isAllowed) => ({
      path: { workspaceId, userId: (isAllowed ? await newMember() : admin).userId },
    }),
  ),
  'GET /v1/workspaces/{workspaceId}/invitations': byAdmins(ofAcme),
  'POST /v1/workspaces/{workspaceId}/invitations': byAdmins((world) => ({ ...ofAcmePath(world), body: {} })),
  'DELETE /v1/workspaces/{workspaceId}/invitations/{invitationId}': byAdmins(({ workspaceId, invitation }) => ({
    path: { workspaceId, invitationId: invitation.id },
  })),
  'GET /v1/workspaces/{workspaceId}/api-keys': byAdminsInPerson(ofAcme),
  'POST /v1/workspaces/{workspaceId}/api-keys': byAdminsInPerson((world) => ({
    ...ofAcmePath(world),
    body: { name: 'CI', scopes: ['read'] },
  })),
  'DELETE /v1/workspaces/{workspaceId}/api-keys/{apiKeyId}': byAdminsInPerson(async ({ workspaceId, admin }) => {
    const secret = await newKey(admin, workspaceId, ['read']);
    return { path: { workspaceId, apiKeyId: `key_${secret.split('_')[2]}` } };
  }),
  'GET /v1/workspaces/{workspaceId}/audit': byAdmins(ofAcme),

  'GET /v1/workspaces/{workspaceId}/budgets': byMembers(ofAcme),
  'PUT /v1/workspaces/{workspaceId}/budgets': byAdmins((world) => ({
    ...ofAcmePath(world),
    body: { scope: { kind: 'workspace' }, period: 'total', limitUsd: 1_000 },
  })),
  'DELETE /v1/workspaces/{workspaceId}/budgets/{budgetId}': byAdmins(async (world, isAllowed) => {
    const { workspaceId, admin, budget } = world;
    if (!isAllowed) return { path: { workspaceId, budgetId: budget.id } };
    const scope = { kind: 'agent', agentId: (await world.newAgent()).id };
    const body = { scope, period: 'day', limitUsd: 5 };
    const { id } = await admin.call('PUT /v1/workspaces/{workspaceId}/budgets', { path: { workspaceId }, body });
    return { path: { workspaceId, budgetId: id } };
  }),
  'GET /v1/workspaces/{workspaceId}/prices': byMembers(ofAcme),
  'PUT /v1/workspaces/{workspaceId}/prices': byAdmins((world) => ({ ...ofAcmePath(world), body: somePrice() })),
  'DELETE /v1/workspaces/{workspaceId}/prices': byAdmins(async ({ workspaceId, admin, price }, isAllowed) => {
    const path = { workspaceId };
    const body = somePrice();
    const { model, validFrom } = isAllowed
      ? await admin.call('PUT /v1/workspaces/{workspaceId}/prices', { path, body })
      : price;
    return { path, query: { model, validFrom } };
  }),
  // A member sees what they have used themselves.
  'GET /v1/workspaces/{workspaceId}/usage': row(
    ['allowed', 'allowed', 'nothing'],
    'not_found',
    all,
    'not_found',
    ofAcme,
  ),
  'GET /v1/threads/{threadId}/usage': ofThread(ofThisThread),

  // A member sees their own keys only, of which there are none.
  'GET /v1/credentials': row(
    ['allowed', 'allowed', 'nothing'],
    'not_found',
    ['nothing', 'nothing', 'allowed'],
    'not_found',
    inAcme,
  ),
  'POST /v1/credentials': byAdmins(({ workspaceId, model }) => ({
    body: { workspaceId, provider: 'openai', apiKey: someKey, baseUrl: model.url },
  })),
  'POST /v1/credentials/{credentialId}/validate': byAdmins(({ credential }) => ({
    path: { credentialId: credential.id },
  })),
  // There is one of a provider only, so each of the allowed has to take their turn.
  'GET /v1/workspaces/{workspaceId}/project': byAdmins(({ workspaceId }) => ({ path: { workspaceId } })),
  // Nothing listens there: whoever may has it tried.
  'POST /v1/workspaces/{workspaceId}/project': row(
    ['project_unavailable', 'forbidden', 'forbidden'],
    'not_found',
    none,
    'not_found',
    ({ workspaceId }) => ({
      path: { workspaceId },
      body: { url: 'http://127.0.0.1:9', publishableKey: 'sb_publishable_none', jwtSecret: 'x'.repeat(32) },
    }),
  ),
  'DELETE /v1/workspaces/{workspaceId}/project': row(
    ['not_found', 'forbidden', 'forbidden'],
    'not_found',
    none,
    'not_found',
    ({ workspaceId }) => ({ path: { workspaceId } }),
  ),
  'DELETE /v1/credentials/{credentialId}': {
    ...byAdmins(async ({ workspaceId, admin, model, credential }, isAllowed) => {
      if (!isAllowed) return { path: { credentialId: credential.id } };
      const body = { workspaceId, provider: 'openai', apiKey: someKey, baseUrl: model.url };
      return { path: { credentialId: (await admin.call('POST /v1/credentials', { body })).id } };
    }),
    oneByOne: true,
  },
  'GET /v1/models': byMembers(inAcme),

  'GET /v1/tools': everybody(),
  'GET /v1/agents': listed(inAcme),
  'POST /v1/agents': byAdmins(({ workspaceId }) => ({ body: { workspaceId, name: 'Cy' } })),
  'GET /v1/agents/{agentId}': byMembers(ofAgent),
  'PATCH /v1/agents/{agentId}': byAdmins(async (world, isAllowed) => ({
    path: { agentId: await freshAgent(world, isAllowed) },
    body: { version: 1, role: 'Writer' },
  })),
  'POST /v1/agents/{agentId}/dismiss': byAdmins(({ spare }) => ({ path: { agentId: spare.id } })),
  'POST /v1/agents/{agentId}/rehire': byAdmins(({ spare }) => ({ path: { agentId: spare.id } })),
  'GET /v1/agents/{agentId}/versions': listed(ofAgent),
  'GET /v1/agents/{agentId}/versions/{version}': byMembers(agentVersion),
  'GET /v1/agents/{agentId}/versions/{version}/diff': byMembers(agentVersion),
  'POST /v1/agents/{agentId}/versions/{version}/restore': byAdmins(async (world, isAllowed) => ({
    path: { agentId: await freshAgent(world, isAllowed), version: '1' },
    body: { currentVersion: 1 },
  })),
  'GET /v1/agents/{agentId}/prompt': byAdmins(ofAgent),

  'GET /v1/catalog/departments': everybody(),
  'GET /v1/catalog/agents': everybody(),
  'GET /v1/catalog/managed': byPlatformAdmins(() => ({})),
  'POST /v1/catalog/agents': byPlatformAdmins(() => ({
    body: { slug: `agent-${randomUUID()}`, department: 'Office', content: { name: 'Di', instructions: 'Help.' } },
  })),
  'GET /v1/catalog/agents/{catalogAgentId}': people(({ catalogAgentId }) => ({ path: { catalogAgentId } })),
  'PATCH /v1/catalog/agents/{catalogAgentId}': byPlatformAdmins(({ catalogAgentId }) => ({
    path: { catalogAgentId },
    body: { isHead: false },
  })),
  // Works there already, which only those learn who may hire.
  'POST /v1/catalog/agents/{catalogAgentId}/hire': row(
    ['conflict', 'conflict', 'forbidden'],
    'not_found',
    ['forbidden', 'forbidden', 'conflict'],
    'not_found',
    ({ catalogAgentId, workspaceId }) => ({ path: { catalogAgentId }, body: { workspaceId } }),
  ),
  'POST /v1/catalog/agents/{catalogAgentId}/draft': byPlatformAdmins(({ catalogAgentId }) => ({
    path: { catalogAgentId },
    body: { name: 'Di', instructions: 'Help.' },
  })),
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish': byPlatformAdmins(catalogVersion),
  'POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/retire': byPlatformAdmins(catalogVersion),

  'GET /v1/rules': listed(inAcme),
  'POST /v1/rules': byAdmins(({ workspaceId }) => ({ body: { workspaceId, kind: 'never', text: 'Shout.' } })),
  'PATCH /v1/rules/{ruleId}': byAdmins(({ rule }) => ({
    path: { ruleId: rule.id },
    body: { kind: 'always', text: 'Be kind.' },
  })),
  'DELETE /v1/rules/{ruleId}': byAdmins(async ({ workspaceId, admin, rule }, isAllowed) => {
    if (!isAllowed) return { path: { ruleId: rule.id } };
    const body = { workspaceId, kind: 'never', text: 'Shout.' };
    return { path: { ruleId: (await admin.call('POST /v1/rules', { body })).id } };
  }),
  'GET /v1/skills': listed(inAcme),
  'POST /v1/skills': byAdmins(({ workspaceId }) => ({
    body: { workspaceId, name: `skill-${randomUUID()}`, description: 'How to.', content: '# How to' },
  })),
  'GET /v1/skills/{skillId}': byMembers(({ skill }) => ({ path: { skillId: skill.id } })),
  'PATCH /v1/skills/{skillId}': byAdmins(({ skill }) => ({
    path: { skillId: skill.id },
    body: { description: 'How to.' },
  })),
  'DELETE /v1/skills/{skillId}': byAdmins(async ({ admin, workspaceId, skill }, isAllowed) => ({
    path: { skillId: (isAllowed ? await newSkill(admin, workspaceId) : skill).id },
  })),
  'PATCH /v1/agents/{agentId}/skills': byAdmins(({ agent, skill }) => ({
    path: { agentId: agent.id },
    body: { skillIds: [skill.id] },
  })),
  'GET /v1/agents/{agentId}/memories': listed(ofAgent),
  'GET /v1/agents/{agentId}/memories/search': listed(({ agent }) => ({
    path: { agentId: agent.id },
    query: { search: 'sky' },
  })),
  'GET /v1/agents/{agentId}/memory': byMembers(({ agent, memory }) => ({
    path: { agentId: agent.id },
    query: { path: memory.path },
  })),
  'PATCH /v1/agents/{agentId}/memory': byAdmins(({ agent, memory }) => ({
    path: { agentId: agent.id },
    body: { path: memory.path, content: memory.content },
  })),
  'DELETE /v1/agents/{agentId}/memory': byAdmins(async ({ admin, agent, memory }, isAllowed) => {
    const path = { agentId: agent.id };
    if (!isAllowed) return { path, query: { path: memory.path } };
    const body = { path: `${randomUUID()}.md`, content: 'Gone soon.' };
    await admin.call('PATCH /v1/agents/{agentId}/memory', { path, body });
    return { path, query: { path: body.path } };
  }),

  'GET /v1/threads': row(['nothing', 'allowed', 'nothing'], 'nothing', all, 'nothing', inAcme),
  'POST /v1/threads': row(all, 'not_found', runKeys, 'not_found', ({ agent }) => ({ body: { agentId: agent.id } })),
  'GET /v1/threads/{threadId}': ofThread(ofThisThread),
  'PATCH /v1/threads/{threadId}': changesThread(({ thread: { threadId } }) => ({
    path: { threadId },
    body: { title: 'Plans' },
  })),
  'GET /v1/threads/{threadId}/items': ofThread(ofThisThread),
  'GET /v1/threads/{threadId}/events': ofThread(ofThisThread),
  'GET /v1/threads/{threadId}/blobs/{blobId}': ofThread(({ thread: { threadId }, blobId }) => ({
    path: { threadId, blobId },
  })),
  'POST /v1/threads/{threadId}/runs': changesThread(({ thread: { threadId } }) => ({
    path: { threadId },
    body: { input: { text: 'Hello' }, clientRequestId: newRequestId() },
  })),
  'DELETE /v1/threads/{threadId}': changesThread(async ({ thread, newThread }, isAllowed) => ({
    path: { threadId: isAllowed ? (await newThread()).id : thread.threadId },
  })),

  // Each sees what they may have to decide.
  'GET /v1/approvals': row(
    ['allowed', 'allowed', 'nothing'],
    'not_found',
    ['allowed', 'allowed', 'allowed'],
    'not_found',
    inAcme,
  ),
  'POST /v1/runs/{runId}/approvals/{approvalId}': row(
    ofRun,
    'not_found',
    runKeys,
    'not_found',
    ({ toDecide: { runId, approvalId } }) => ({
      path: { runId, approvalId },
      body: { resolution: { decision: 'reject' } },
    }),
  ),
  'POST /v1/runs/{runId}/client-tools/{itemId}': changesThread(({ toAnswer: { runId, callId } }) => ({
    path: { runId, itemId: callId },
    body: { result: { error: 'Nobody is there.' } },
  })),
  // One's own, of which only the admin, as whom the keys act, has one.
  'GET /v1/tool-grants': row(['nothing', 'allowed', 'nothing'], 'not_found', all, 'not_found', inAcme),
  'DELETE /v1/tool-grants': row(
    ['not_found', 'allowed', 'not_found'],
    'not_found',
    manageKey,
    'not_found',
    async ({ workspaceId, agent, grantedTool, grantTool }, isAllowed) => ({
      query: { workspaceId, agentId: agent.id, tool: isAllowed ? await grantTool() : grantedTool },
    }),
  ),
  'GET /v1/runs': row(['allowed', 'allowed', 'nothing'], 'not_found', all, 'not_found', inAcme),
  'GET /v1/runs/{runId}': row(ofRun, 'not_found', all, 'not_found', ofThisRun),
  'GET /v1/runs/{runId}/prompt': row(ofRun, 'not_found', manageKey, 'not_found', ofThisRun),
  // The run has not been given up, which only those learn who may send it again.
  'POST /v1/runs/{runId}/redrive': row(
    ['conflict', 'conflict', 'not_found'],
    'not_found',
    ['forbidden', 'forbidden', 'conflict'],
    'not_found',
    ofThisRun,
  ),
  'POST /v1/runs/{runId}/cancel': changesThread(({ toCancel: { runId } }) => ({ path: { runId } })),
  'POST /v1/runs/{runId}/kill': row(ofRun, 'not_found', runKeys, 'not_found', ({ toKill: { runId } }) => ({
    path: { runId },
  })),

  'POST /v1/socket-tickets': everybody(),

  'GET /v1/workspaces/{workspaceId}/export': byOwner(ofAcme),
  'POST /v1/workspaces/{workspaceId}/delete': row(
    ['invalid_request', 'forbidden', 'forbidden'],
    'not_found',
    none,
    'forbidden',
    (world) => ({ ...ofAcmePath(world), body: { name: 'Not its name', withoutExport: true } }),
  ),
  'POST /v1/workspaces/{workspaceId}/ownership': byOwner(({ workspaceId, owner }) => ({
    path: { workspaceId },
    body: { userId: owner.userId },
  })),
  // Last: nobody's token is good after it.
  'POST /v1/me/sign-out-everywhere': people(),
};

function ofAcmePath({ workspaceId }: World): Asked {
  return { path: { workspaceId } };
}
