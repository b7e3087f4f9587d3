// `npm run project:migrate`: makes a Supabase project ready for a workspace, and moves its content there. May be stopped and started again.
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { createProjectParts } from '#adapters/own-projects.ts';
import { createSupabaseAccessMinter } from '#adapters/supabase/access-minter.ts';
import { moveIntoProject } from '#adapters/supabase/move-into-project.ts';
import { parseEnv, RewrapEnv } from '#core/env.ts';
import { WorkspaceId } from '#core/protocol/ids.ts';
import { makeDataProject } from './supabase/data-project.ts';

const help = `Makes a Supabase project ready to hold the content of a workspace, and moves it there

  npm run project:migrate -- --workspace <id> --database-url <url>   apply the migrations that the project lacks, and make it this workspace's
  npm run project:migrate -- --workspace <id> --move                 move what the workspace had before into the project that it has set

Both may be asked for at once. The first needs the project's own Postgres address (or PROJECT_DATABASE_URL), as the owner of its
tables; it is kept nowhere. The second needs the platform's environment: SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY,
SUPABASE_JWT_SECRET (or …_ARN), and VAULT_KEY_FILE or VAULT_KMS_KEYS.
Set the project in the settings of the workspace after the first and before the second.
`;

const { values } = parseArgs({
  options: {
    workspace: { type: 'string' },
    'database-url': { type: 'string' },
    move: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function migrate(workspaceId: WorkspaceId, connectionString: string): Promise<void> {
  const client = new Client({ connectionString, application_name: 'troupe-project-migrate' });
  await client.connect();
  try {
    const { applied } = await makeDataProject(
      {
        query: async <Row>(sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows as Row[],
        execute: async (sql) => void (await client.query(sql)),
      },
      workspaceId,
    );
    // PostgREST knows the functions that are new only when it has read the schema again.
    await client.query(`notify pgrst, 'reload schema'`);
    console.log(
      applied.length > 0
        ? `Applied ${applied.length} migrations, up to ${applied.at(-1)}.`
        : 'All migrations were there.',
    );
    console.log(`The database holds the content of ${workspaceId}.`);
  } finally {
    await client.end();
  }
}

async function move(workspaceId: WorkspaceId): Promise<void> {
  const env = parseEnv(RewrapEnv, await resolveSecrets(process.env));
  const project = {
    url: env.SUPABASE_URL,
    publishableKey: env.SUPABASE_PUBLISHABLE_KEY,
    jwtSecret: env.SUPABASE_JWT_SECRET,
  };
  const { projects } = createProjectParts(env, project);
  const access = await createSupabaseAccessMinter(project, Date.now).forSystem('project_move');
  const moved = await moveIntoProject({ project, projects, access }, workspaceId);
  console.log(`Moved ${moved.threads} threads and the memories of ${moved.agents} agents.`);
  if (moved.left === 0) return console.log('Nothing is left to move.');
  console.log(`${moved.left} were changed again and again while they were copied. Run this again.`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const workspaceId = WorkspaceId.parse(values.workspace);
  const databaseUrl = values['database-url'] ?? process.env['PROJECT_DATABASE_URL'];
  if (!databaseUrl && !values.move) throw new Error('Say --database-url, --move or both; --help tells more.');
  if (databaseUrl) await migrate(workspaceId, databaseUrl);
  if (values.move) await move(workspaceId);
}

if (values.help) console.log(help);
else
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
