import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { encodeEvents, segmentRow } from '#adapters/aws/segment.ts';
import { ThreadId } from '#core/protocol/ids.ts';
import { numberedId, rowsPerPlace } from './numbered-id.ts';

const place = 4;
const rules = 50;
const skills = 30;
const memories = 500;
const workspaceId = numberedId('wsp', place);
const plainAgent = numberedId('agt', place, 1);
const richAgent = numberedId('agt', place, 2);

/** Threads to answer in: by what stands in them, and what their agent has. `head` is the newest seq of their log. */
export const contexts = [
  { name: 'nothing', threadId: numberedId('thr', place, 1), agentId: plainAgent, items: 0, head: 0 },
  {
    name: '50 rules, 30 skills, 500 memories',
    threadId: numberedId('thr', place, 2),
    agentId: richAgent,
    items: 0,
    head: 0,
  },
  { name: 'a thread of 10 items', threadId: numberedId('thr', place, 3), agentId: plainAgent, items: 10, head: 20 },
  {
    name: 'a thread of 10,000 items',
    threadId: numberedId('thr', place, 4),
    agentId: plainAgent,
    items: 10_000,
    head: 20_000,
  },
] as const;
type Context = (typeof contexts)[number];

/** Makes the agents and threads, as if all that was said had been projected long ago. */
export const contextSql = (userId: string): string => `
  set session_replication_role = replica;
  insert into public.workspaces (id, name, kind, created_by) values ('${workspaceId}', 'Context', 'company', '${userId}');
  insert into public.members (workspace_id, user_id, role) values ('${workspaceId}', '${userId}', 'owner');
  insert into public.agents (id, workspace_id, name, instructions) values ('${plainAgent}', '${workspaceId}', 'Plain', 'Be brief.'),
    ('${richAgent}', '${workspaceId}', 'Rich', 'Be brief.');
  insert into public.rules (workspace_id, agent_id, kind, text)
    select '${workspaceId}', '${richAgent}', 'always', 'Rule ' || n || ': ' || repeat('keep to what was agreed. ', 5) from generate_series(1, ${rules}) n;
  insert into public.skills (id, workspace_id, name, description, content)
    select 'skl_' || lpad((${place * rowsPerPlace} + n)::text, 26, '0'), '${workspaceId}', 'skill-' || n, 'When to use it, in a sentence or two. ', repeat('How it is done. ', 200)
    from generate_series(1, ${skills}) n;
  insert into public.agent_skills (workspace_id, agent_id, skill_id) select workspace_id, '${richAgent}', id from public.skills where workspace_id = '${workspaceId}';
  insert into public.memories (workspace_id, agent_id, path, content)
    select '${workspaceId}', '${richAgent}', 'notes/' || n || '.md', repeat('Something worth remembering. ', 40) from generate_series(1, ${memories}) n;
  ${contexts.map((context) => threadSql(context, userId)).join('\n')}
  set session_replication_role = origin;
  analyze;`;

/** Each run has two items: what somebody asked, and what was answered. */
function threadSql({ threadId, agentId, items, head }: Context, userId: string): string {
  const id = (prefix: string, number: string) =>
    `'${prefix}_' || substr('${threadId}', 21, 10) || lpad((${number})::text, 16, '0')`;
  const each = `from generate_series(1, ${items / 2}) n`;
  const at = "'2026-11-21T09:00:00.000Z'";
  const item = (number: string, type: string, more: string) =>
    `jsonb_build_object('id', ${id('itm', number)}, 'runId', ${id('run', 'n')}, 'createdAt', ${at}, 'type', '${type}', 'text', repeat('word ', 40)${more})`;
  return `
  insert into public.threads (id, workspace_id, user_id, agent_id, title, checkpoint_seq)
    values ('${threadId}', '${workspaceId}', '${userId}', '${agentId}', 'Thread', ${head});
  insert into public.runs (id, workspace_id, thread_id, user_id, agent_id, status, attempt, queued_seq, input_item_id, parent_run_id, created_at, finished_at)
    select ${id('run', 'n')}, '${workspaceId}', '${threadId}', '${userId}', '${agentId}', 'completed', 1, n * 4 - 3, ${id('itm', 'n * 2')},
      case when n > 1 then ${id('run', 'n - 1')} end, ${at}, ${at} ${each};
  insert into public.items (id, workspace_id, thread_id, run_id, run_seq, seq, type, payload)
    select ${id('itm', 'n * 2')}, '${workspaceId}', '${threadId}', ${id('run', 'n')}, n * 4 - 3, n * 4 - 2, 'user_message', ${item('n * 2', 'user_message', '')} ${each};
  insert into public.items (id, workspace_id, thread_id, run_id, run_seq, seq, type, payload)
    select ${id('itm', 'n * 2 + 1')}, '${workspaceId}', '${threadId}', ${id('run', 'n')}, n * 4 - 3, n * 4, 'agent_message',
      ${item('n * 2 + 1', 'agent_message', `, 'agentId', '${agentId}', 'status', 'completed'`)} ${each};`;
}

/** The last segment of each log; those before it have expired. */
export async function fillLogs(client: DynamoDBClient): Promise<void> {
  for (const { threadId, head } of contexts) {
    if (head === 0) continue;
    const batch = {
      batchId: 'seed',
      events: [{ type: 'notice', level: 'info', message: 'The end of what was.' } as const],
    };
    const row = segmentRow({
      stream: `thread:${ThreadId.parse(threadId)}`,
      seq: head,
      batch,
      events: encodeEvents(batch),
      at: '2026-11-21T09:00:00.000Z',
      writerId: 'seed',
      expiresAt: 0,
    });
    await client.send(
      new PutItemCommand({ TableName: 'troupe-log', Item: marshall(row, { removeUndefinedValues: true }) }),
    );
  }
}
