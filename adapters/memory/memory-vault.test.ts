import { vaultContract } from '#core/ports/vault.contract.ts';
import { createMemoryVault } from './memory-vault.ts';

vaultContract('memory', () => ({
  vault: createMemoryVault(['a']),
  newer: createMemoryVault(['a', 'b']),
  foreign: createMemoryVault(['c']),
}));
