import type { FieldChange } from '#core/protocol/agent-content.ts';
import { CatalogContent } from '#core/protocol/catalog.ts';

/** The fields in which two versions differ, in the order of the editor. */
export const changesBetween = (before: CatalogContent, after: CatalogContent): FieldChange[] =>
  CatalogContent.keyof()
    .options.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field], after: after[field] }));
