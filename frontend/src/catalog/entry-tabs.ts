import * as z from 'zod';

export const EntryTab = z.enum(['profile', 'tools', 'limits', 'versions', 'place']);
export type EntryTab = z.infer<typeof EntryTab>;

export const entryTabNames: Record<EntryTab, string> = {
  profile: 'Profile',
  tools: 'Tools',
  limits: 'Model and limits',
  versions: 'Versions',
  place: 'Place',
};

/** Those whose fields make a draft. */
export const draftTabs: readonly EntryTab[] = ['profile', 'tools', 'limits'];
