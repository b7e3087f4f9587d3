import type { CatalogStatus } from '#core/protocol/catalog.ts';
import { Badge } from '../kit/badge.tsx';

const looks = { draft: 'warning', published: 'good', retired: 'plain' } as const;
const names: Record<CatalogStatus, string> = { draft: 'Draft', published: 'Published', retired: 'Retired' };

/** What a version is, by a word and a colour. */
export const StatusBadge = ({ status, version }: { readonly status: CatalogStatus; readonly version?: number }) => (
  <Badge kind={looks[status]}>
    {names[status]}
    {version !== undefined && ` ${version}`}
  </Badge>
);
