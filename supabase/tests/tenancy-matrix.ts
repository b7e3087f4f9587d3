import type { signedInActors } from './actors.ts';

/** `rows`: it works. `nothing`: no error, and no row is seen or changed. `denied`: an error, 403. */
type Outcome = 'rows' | 'nothing' | 'denied';
export const operations = ['select', 'insert', 'update', 'delete'] as const;
export type Operation = (typeof operations)[number];
type Row = Record<(typeof signedInActors)[number], Outcome>;

const row = (owner: Outcome, admin: Outcome, member: Outcome, stranger: Outcome, anonymous: Outcome): Row => ({
  owner,
  admin,
  member,
  stranger,
  anonymous,
});
const nobody = row('denied', 'denied', 'denied', 'denied', 'denied');
const members = row('rows', 'rows', 'rows', 'nothing', 'nothing');
const admins = row('rows', 'rows', 'nothing', 'nothing', 'nothing');
const everybody = row('rows', 'rows', 'rows', 'rows', 'rows');
/** Written by the platform's API only, whose tokens these are not: core/ports/*.contract.ts tells who may write through it. */
const unchanged = row('nothing', 'nothing', 'nothing', 'nothing', 'nothing');
/** The member in question, whose profile, thread, run and item these are. */
const themself = row('nothing', 'nothing', 'rows', 'nothing', 'nothing');
const themselfAndAdmins = row('rows', 'rows', 'rows', 'nothing', 'nothing');
/** What owners and admins set for all. */
const setByAdmins = {
  insert: row('rows', 'rows', 'denied', 'denied', 'denied'),
  update: row('rows', 'rows', 'nothing', 'nothing', 'nothing'),
  delete: row('rows', 'rows', 'nothing', 'nothing', 'nothing'),
};

/** Who may do what with a row of each table. Without a valid token it is 401 everywhere. A new table needs a row here. */
export const matrix: Record<string, Record<Operation, Row>> = {
  profiles: { select: members, insert: nobody, update: themself, delete: nobody },
  workspaces: {
    select: members,
    insert: nobody,
    update: row('rows', 'rows', 'nothing', 'nothing', 'nothing'),
    delete: nobody,
  },
  members: { select: members, insert: nobody, update: nobody, delete: nobody },
  user_settings: {
    select: themself,
    insert: row('rows', 'rows', 'rows', 'rows', 'rows'),
    update: themself,
    delete: nobody,
  },
  invitations: { select: admins, insert: nobody, update: nobody, delete: nobody },
  api_keys: { select: admins, insert: nobody, update: nobody, delete: nobody },
  credentials: { select: admins, insert: nobody, update: nobody, delete: nobody },
  audit_log: { select: admins, insert: nobody, update: nobody, delete: nobody },
  agents: { select: members, insert: nobody, update: unchanged, delete: nobody },
  agent_versions: { select: members, insert: nobody, update: nobody, delete: nobody },
  rules: { select: members, insert: nobody, update: unchanged, delete: unchanged },
  skills: { select: members, insert: nobody, update: unchanged, delete: unchanged },
  agent_skills: { select: members, insert: nobody, update: nobody, delete: unchanged },
  memories: { select: members, insert: nobody, update: unchanged, delete: unchanged },
  platform_admins: { select: themself, insert: nobody, update: nobody, delete: nobody },
  departments: { select: everybody, insert: nobody, update: nobody, delete: nobody },
  catalog_agents: { select: everybody, insert: nobody, update: nobody, delete: nobody },
  catalog_versions: { select: everybody, insert: nobody, update: nobody, delete: nobody },
  threads: {
    select: themself,
    insert: row('rows', 'rows', 'rows', 'denied', 'denied'),
    update: themself,
    delete: themself,
  },
  runs: { select: themself, insert: nobody, update: nobody, delete: nobody },
  tool_grants: { select: themselfAndAdmins, insert: nobody, update: nobody, delete: themselfAndAdmins },
  items: { select: themself, insert: nobody, update: nobody, delete: nobody },
  budgets: { select: members, ...setByAdmins },
  model_prices: { select: members, ...setByAdmins },
  usage_entries: { select: themselfAndAdmins, insert: nobody, update: nobody, delete: nobody },
  usage_days: { select: themselfAndAdmins, insert: nobody, update: nobody, delete: nobody },
  usage_thread_days: { select: themselfAndAdmins, insert: nobody, update: nobody, delete: nobody },
  usage_thread_months: { select: themselfAndAdmins, insert: nobody, update: nobody, delete: nobody },
};
