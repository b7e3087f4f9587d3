import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CatalogVersion, ManagedCatalogAgent } from '#core/protocol/catalog.ts';
import { ChangeList } from '../agents/version-diff.tsx';
import { VersionRow } from '../agents/version-row.tsx';
import { usePlatform } from '../app/platform-context.ts';
import { formatDateTime } from '../format/date.ts';
import { Button } from '../kit/button.tsx';
import { ConfirmDialog } from '../kit/confirm-dialog.tsx';
import { Section } from '../kit/page.tsx';
import { toast } from '../kit/toast.tsx';
import { managedKey } from './catalog-queries.ts';
import { changesBetween } from './content-changes.ts';
import { StatusBadge } from './state-badges.tsx';

interface Move {
  readonly version: CatalogVersion;
  readonly to: 'published' | 'retired';
}

/** Every version with what it changed, and where it goes from here: a draft is published, what is published is retired. */
export function EntryVersions({ entry }: { readonly entry: ManagedCatalogAgent }) {
  const { api } = usePlatform();
  const queries = useQueryClient();
  const [move, setMove] = useState<Move | null>(null);

  async function carryOut({ version: { version }, to }: Move): Promise<void> {
    const path = { catalogAgentId: entry.id, version: String(version) };
    if (to === 'published') await api('POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/publish', { path });
    else await api('POST /v1/catalog/agents/{catalogAgentId}/versions/{version}/retire', { path });
    await Promise.all([
      queries.invalidateQueries({ queryKey: managedKey }),
      queries.invalidateQueries({ queryKey: ['catalog'] }),
    ]);
    toast.done(to === 'published' ? `Version ${version} can be hired now.` : `Version ${version} is retired.`);
  }

  return (
    <Section
      title="Versions"
      text="A draft is published, and what is published is retired. Whoever was hired stays as they were."
    >
      <ol className="flex flex-col gap-2" data-testid="versions">
        {entry.versions.map((version, index) => (
          <VersionRow
            key={version.version}
            version={version.version}
            badges={<StatusBadge status={version.status} />}
            about={
              version.publishedAt
                ? `Published ${formatDateTime(version.publishedAt)}`
                : `Begun ${formatDateTime(version.createdAt)}`
            }
          >
            <Changes version={version} before={entry.versions[index + 1]} />
            <NextStep version={version} onMove={setMove} />
          </VersionRow>
        ))}
      </ol>
      {move && (
        <ConfirmDialog
          title={
            move.to === 'published'
              ? `Publish version ${move.version.version}?`
              : `Retire version ${move.version.version}?`
          }
          action={move.to === 'published' ? 'Publish' : 'Retire'}
          danger={move.to === 'retired'}
          onConfirm={() => carryOut(move)}
          onClose={() => setMove(null)}
        >
          {move.to === 'published'
            ? 'Every workspace can hire it from now on. What was published before is retired.'
            : 'Nobody can hire it any more. Workspaces keep the copies that they have.'}
        </ConfirmDialog>
      )}
    </Section>
  );
}

interface ChangesProps {
  readonly version: CatalogVersion;
  readonly before: CatalogVersion | undefined;
}

function Changes({ version, before }: ChangesProps) {
  if (!before) return <p className="text-muted text-sm">This is how it began.</p>;
  const changes = changesBetween(before.content, version.content);
  if (changes.length === 0) return <p className="text-muted text-sm">Nothing differs from version {before.version}.</p>;
  return <ChangeList changes={changes} />;
}

interface NextStepProps {
  readonly version: CatalogVersion;
  readonly onMove: (move: Move) => void;
}

function NextStep({ version, onMove }: NextStepProps) {
  switch (version.status) {
    case 'draft':
      return (
        <div className="mt-3 flex justify-end">
          <Button kind="primary" onClick={() => onMove({ version, to: 'published' })} data-testid="publish">
            Publish version {version.version}
          </Button>
        </div>
      );
    case 'published':
      return (
        <div className="mt-3 flex justify-end">
          <Button onClick={() => onMove({ version, to: 'retired' })} data-testid="retire">
            Retire version {version.version}
          </Button>
        </div>
      );
    case 'retired':
      return null;
  }
}
