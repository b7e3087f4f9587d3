// `npm run vault:rewrap`: seals every credential under the vault's newest key. May be stopped and started again.
import { parseArgs } from 'node:util';
import { resolveSecrets } from '#adapters/aws/secrets.ts';
import { openVault } from '#adapters/credentials.ts';
import { createSupabaseAccessMinter } from '#adapters/supabase/access-minter.ts';
import { createSupabaseSealedSecrets } from '#adapters/supabase/supabase-credential-store.ts';
import { addKey } from '#adapters/system/key-file-vault.ts';
import { parseEnv, RewrapEnv } from '#core/env.ts';
import { rewrapCredentials } from '#core/use-cases/rewrap-credentials.ts';

const help = `Seals all credentials under the newest key of the vault

  npm run vault:rewrap                  go through all credentials; those under the newest key stay as they are
  npm run vault:rewrap -- --new-key     add a key to VAULT_KEY_FILE first (a new key of KMS is added to VAULT_KMS_KEYS, in front)

Environment: SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_JWT_SECRET (or …_ARN), and VAULT_KEY_FILE or VAULT_KMS_KEYS.
Processes read the keys when they start: give them the new key, restart them, and only then run this.
An old key may go when this has ended and says that nothing was left.
`;

const { values } = parseArgs({
  options: { 'new-key': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

async function main(): Promise<void> {
  const env = parseEnv(RewrapEnv, await resolveSecrets(process.env));
  if (values['new-key']) {
    if (!env.VAULT_KEY_FILE)
      throw new Error('--new-key is for VAULT_KEY_FILE. Make a key in KMS and put its ARN in front of VAULT_KMS_KEYS.');
    console.log(`New key: ${addKey(env.VAULT_KEY_FILE, new Date())}`);
  }
  const project = {
    url: env.SUPABASE_URL,
    publishableKey: env.SUPABASE_PUBLISHABLE_KEY,
    jwtSecret: env.SUPABASE_JWT_SECRET,
  };
  const minter = createSupabaseAccessMinter(project, Date.now);
  const secrets = createSupabaseSealedSecrets(project, () => minter.forSystem('vault_rotation'));
  const vault = await openVault(env);
  const rewrapped = await rewrapCredentials({ secrets, vault });
  console.log(`${rewrapped} credentials are now under ${vault.keyId}; nothing was left under other keys.`);
}

if (values.help) console.log(help);
else await main();
