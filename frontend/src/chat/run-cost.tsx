import { Link } from '@tanstack/react-router';
import type { Usage } from '#core/protocol/run.ts';
import { useWorkspace } from '../app/use-workspace.ts';
import { mayManage } from '../app/workspace-context.ts';
import { usageText, usd } from '../format/usage.ts';

const look = 'ml-2 text-[12.5px] text-muted tabular-nums';

/** What an answer took. Where nobody has said what its model costs, it leads whoever can say so to where it is said. */
export function RunCost({ usage }: { readonly usage: Usage }) {
  const { data: workspace } = useWorkspace();
  const took = usageText(usage);
  if (usage.costMicroUsd === undefined) return null;
  if (usage.costMicroUsd !== null) return <Cost title={took} words={usd(usage.costMicroUsd)} />;
  const title = `${took}. Nobody has said what its model costs; a price can be set under Settings, Budgets.`;
  if (!workspace || !mayManage(workspace.role)) return <Cost title={title} words="no price" />;
  return (
    <Link
      to="/w/$workspaceId/settings/budgets"
      params={{ workspaceId: workspace.id }}
      title={title}
      className={`${look} inline-flex items-center underline decoration-dotted underline-offset-2 hover:text-text pointer-coarse:min-h-11`}
      data-testid="run-cost"
    >
      no price
      <span className="sr-only">, {title}</span>
    </Link>
  );
}

function Cost({ title, words }: { readonly title: string; readonly words: string }) {
  return (
    <span className={look} title={title} data-testid="run-cost">
      {words}
      <span className="sr-only">, {title}</span>
    </span>
  );
}
