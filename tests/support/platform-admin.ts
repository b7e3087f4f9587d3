import { PostgrestClient } from '@supabase/postgrest-js';
import type { TestStack } from './test-stack.ts';

/** Lets somebody look after the catalog, as whoever runs a deployment does. */
export async function makePlatformAdmin(
  { supabaseUrl, secretKey }: Pick<TestStack, 'supabaseUrl' | 'secretKey'>,
  userId: string,
): Promise<void> {
  const headers = { apikey: secretKey, authorization: `Bearer ${secretKey}` };
  const postgrest = new PostgrestClient(`${supabaseUrl}/rest/v1`, { headers });
  const { error } = await postgrest.from('platform_admins').insert({ user_id: userId });
  if (error) throw new Error(`nobody became a platform admin: ${error.message}`);
}
