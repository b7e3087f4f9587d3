import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ManagedCatalogAgent } from '#core/protocol/catalog.ts';
import { useDepartments } from '../agents/agent-queries.ts';
import { usePlatform } from '../app/platform-context.ts';
import { messageOf } from '../http/call-error.ts';
import { CheckField, SelectField } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { managedKey } from './catalog-queries.ts';

/** Where it stands in the catalog. It has no versions: each choice holds at once. */
export function PlaceSection({ entry }: { readonly entry: ManagedCatalogAgent }) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const departments = useDepartments().data ?? [entry.department];
  const [busy, setBusy] = useState(false);

  async function move(place: { department?: string; isHead?: boolean }): Promise<void> {
    setBusy(true);
    try {
      await api('PATCH /v1/catalog/agents/{catalogAgentId}', { path: { catalogAgentId: entry.id }, body: place });
      await Promise.all([
        queries.invalidateQueries({ queryKey: managedKey }),
        queries.invalidateQueries({ queryKey: ['catalog'] }),
      ]);
      toast.done('Its place is changed.');
    } catch (error) {
      toast.failed(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section title="Place" text={`Where it stands in the catalog. Its address there is ${entry.slug}.`}>
      <div className="flex flex-col gap-3 sm:max-w-sm">
        <SelectField
          label="Department"
          value={entry.department}
          disabled={busy}
          onChange={(event) => void move({ department: event.target.value })}
        >
          {departments.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <CheckField
          label="Head of the department"
          hint="Stands before the others of the department."
          checked={entry.isHead}
          disabled={busy}
          onChange={(event) => void move({ isHead: event.target.checked })}
        />
      </div>
    </Section>
  );
}
