import { join } from 'node:path';
import { openDatabase } from '#local/supabase/database.ts';
import { prepareFolder } from '#local/supabase/start-for-test.ts';
import { newFolder, newKeys, type Platform, withPlatform } from '../platform.ts';
import { signIn, signUp } from './account.ts';

/** Starts the platform on a database that was filled before, and does the work as the owner of all that is in it. */
export async function withSeededPlatform<Result>(
  sqlFor: (userId: string) => string,
  work: (platform: Platform, owner: { readonly userId: string; readonly token: string }) => Promise<Result>,
): Promise<Result> {
  const folder = newFolder();
  const keys = newKeys();
  const dataDir = join(folder, 'supabase');
  await prepareFolder(dataDir);
  const database = await openDatabase({ ...keys, dataDir, siteUrl: 'http://127.0.0.1' });
  const userId = await signUp(database, keys.publishableKey);
  await database.execute(sqlFor(userId));
  await database.close();
  return withPlatform({}, async (platform) => work(platform, { userId, token: await signIn(platform.stack) }), {
    folder,
    keys,
  });
}
