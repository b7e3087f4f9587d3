import * as z from 'zod';
import type { DataAccess } from '#core/ports/identity.ts';
import { Purge, type PurgeList } from '#core/ports/purge-list.ts';
import { dataOf } from './errors.ts';
import { bearer, createPostgrest, type RestProject } from './postgrest.ts';

/** What triggers have noted in Postgres, read with a token that the platform mints for itself. */
export function createSupabasePurges(project: RestProject, access: () => Promise<DataAccess>): PurgeList {
  const client = createPostgrest(project);
  return {
    async due(limit) {
      const answer = await client.rpc('due_purges', { p_limit: limit }).setHeader(...bearer(await access()));
      return z.array(Purge).parse(dataOf(answer));
    },
    async done({ kind, subject }) {
      const given = { p_kind: kind, p_subject: subject };
      dataOf(await client.rpc('finish_purge', given).setHeader(...bearer(await access())));
    },
  };
}
