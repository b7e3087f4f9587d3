import type { CatalogAgent } from '#core/protocol/catalog.ts';
import { useTools } from '../agents/agent-queries.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Badge } from '../kit/badge.tsx';
import { Dialog } from '../kit/dialog.tsx';
import { LazyMarkdown } from '../markdown/lazy-markdown.tsx';
import { HireButton } from './hire-button.tsx';

interface CatalogDialogProps {
  readonly agent: CatalogAgent;
  readonly onClose: () => void;
}

/** Everything about somebody who can be hired, their instructions too. */
export function CatalogDialog({ agent, onClose }: CatalogDialogProps) {
  const { name, role, avatar, description, instructions, personality, tools } = agent.content;
  const titles = new Map(useTools().data?.map((tool) => [tool.name, tool.title]));
  return (
    <Dialog wide title={name} description={`${role} · ${agent.department}`} onClose={onClose} testId="catalog-dialog">
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap items-start gap-4">
          <Avatar name={name} avatar={avatar} size="large" />
          <p className="min-w-52 grow basis-52 text-sm leading-relaxed">{description}</p>
          <HireButton agent={agent} />
        </div>
        {tools.length > 0 && (
          <div>
            <h3 className="mb-1.5 font-medium text-sm">Can use</h3>
            <p className="flex flex-wrap gap-1.5">
              {tools.map((tool) => (
                <Badge key={tool}>{titles.get(tool) ?? tool}</Badge>
              ))}
            </p>
          </div>
        )}
        {personality && (
          <div>
            <h3 className="mb-1 font-medium text-sm">Personality</h3>
            <p className="text-muted text-sm leading-relaxed">{personality}</p>
          </div>
        )}
        <div>
          <h3 className="mb-1.5 font-medium text-sm">Instructions</h3>
          <div className="rounded-xl border border-line bg-bg px-4 py-3 text-sm">
            <LazyMarkdown text={instructions} />
          </div>
          <p className="mt-2 text-[13px] text-muted">Once hired, the copy is yours to change.</p>
        </div>
      </div>
    </Dialog>
  );
}
