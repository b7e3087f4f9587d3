import type { CatalogAgent } from '#core/protocol/catalog.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { HireButton } from './hire-button.tsx';

interface CatalogCardProps {
  readonly agent: CatalogAgent;
  readonly onOpen: () => void;
}

/** Somebody who can be hired: the whole card tells more, its button hires. */
export function CatalogCard({ agent, onOpen }: CatalogCardProps) {
  const { name, role, avatar, description } = agent.content;
  return (
    <li
      data-testid="catalog-card"
      className="relative flex flex-col rounded-2xl border border-line bg-raised p-4 transition-colors focus-within:border-line-strong hover:border-line-strong"
    >
      <div className="flex items-start gap-3">
        <Avatar name={name} avatar={avatar} />
        <div className="min-w-0 grow">
          <button
            type="button"
            onClick={onOpen}
            className="block max-w-full truncate text-left font-semibold text-[15px] after:absolute after:inset-0 after:rounded-2xl after:content-['']"
          >
            {name}
          </button>
          <p className="truncate text-[13px] text-muted">{role}</p>
        </div>
        {agent.isHead && <Badge kind="accent">Head</Badge>}
      </div>
      <p className="mt-3 line-clamp-3 grow text-muted text-sm leading-snug">{description}</p>
      <div className="mt-3.5 flex items-center justify-between gap-3">
        <Badge>{agent.department}</Badge>
        <div className="relative z-1">
          <HireButton agent={agent} />
        </div>
      </div>
    </li>
  );
}
