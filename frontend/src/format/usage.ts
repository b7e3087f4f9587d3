import type { CredentialOrigin } from '#core/protocol/credential.ts';
import type { Usage } from '#core/protocol/run.ts';

/** $0.0042, $1.25: small amounts keep the digits that say something. */
export function usd(microUsd: number): string {
  const amount = microUsd / 1_000_000;
  if (amount === 0) return '$0';
  if (amount < 0.0001) return 'under $0.0001';
  return `$${amount < 0.1 ? amount.toFixed(4).replace(/0{1,2}$/, '') : amount.toFixed(2)}`;
}

/** What a run took, and with whose keys, for those who look closer. */
export function usageText({ inputTokens, outputTokens, modelCalls, estimatedCalls = 0, keys = [] }: Usage): string {
  const parts = [
    `${inputTokens.toLocaleString('en')} tokens in`,
    `${outputTokens.toLocaleString('en')} out`,
    `${modelCalls} model ${modelCalls === 1 ? 'call' : 'calls'}`,
    ...(estimatedCalls > 0 ? [`${estimatedCalls} of them estimated`] : []),
    ...(keys.length > 0 ? [`paid with ${keys.map((origin) => keyNames[origin]).join(' and ')}`] : []),
  ];
  return parts.join(', ');
}

const keyNames: Record<CredentialOrigin, string> = {
  user: 'the person’s own key',
  workspace: 'the workspace’s key',
  platform: 'the deployment’s key',
};

/** 812 bytes, 120 KB, 1.2 MB. */
export function byteSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kb = bytes / 1024;
  return kb < 1000 ? `${Math.round(kb)} KB` : `${(kb / 1024).toFixed(1)} MB`;
}
