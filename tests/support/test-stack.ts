import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, type StackOptions, startStack } from '#local/stack.ts';
import { prepareFolder } from '#local/supabase/start-for-test.ts';

export interface TestStack extends Stack {
  /** Where its logs and data are. */
  readonly folder: string;
  readonly jwtSecret: string;
  /** Supabase's key for what nobody may do as a user. */
  readonly secretKey: string;
}

/** The whole platform in processes of its own, on free ports and in a fresh folder that `stop` deletes. Its database is a copy: migrations take seconds. */
export async function startTestStack(options: Omit<StackOptions, 'folder' | 'keys' | 'port'> = {}): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-test-'));
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  const keys = {
    stateVersion: 1 as const,
    jwtSecret: hex(32),
    publishableKey: `sb_publishable_${hex(16)}`,
    secretKey: `sb_secret_${hex(16)}`,
  };
  await prepareFolder(join(folder, 'supabase'));
  const stack = await startStack({ folder, keys, port: 0, ...options });
  return {
    ...stack,
    folder,
    jwtSecret: keys.jwtSecret,
    secretKey: keys.secretKey,
    async stop() {
      await stack.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
