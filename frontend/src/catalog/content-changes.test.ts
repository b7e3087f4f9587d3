import { expect, it } from 'vitest';
import { AgentDraft } from '#core/protocol/agent-content.ts';
import { CatalogContent } from '#core/protocol/catalog.ts';
import { changesBetween } from './content-changes.ts';

const content = (changes: object) => CatalogContent.parse({ ...AgentDraft.parse({ name: 'Ada' }), ...changes });

it('names the fields that differ, with what they were and are', () => {
  const before = content({ role: 'Analyst', tools: ['current_time'] });
  const after = content({ role: 'Head of research', tools: ['current_time'] });

  expect(changesBetween(before, after)).toEqual([{ field: 'role', before: 'Analyst', after: 'Head of research' }]);
  expect(changesBetween(before, before)).toEqual([]);
});
