import type { Workspace } from '#core/protocol/workspace.ts';

export const kindNames: Record<Workspace['kind'], string> = {
  personal: 'Personal',
  company: 'Company',
  client: 'Client',
};
