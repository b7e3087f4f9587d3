import { GitBranch } from 'lucide-react';
import type { Run } from '#core/protocol/run.ts';
import { TextButton } from '../kit/text-button.tsx';
import { useThread } from './thread-context.ts';

/** An agent works in a branch that is not the one that is read. */
export function OtherBranchRow({ run }: { readonly run: Run }) {
  const { choose, nameOf } = useThread();
  return (
    <p className="flex items-start gap-2 text-[13.5px] text-muted" data-testid="works-elsewhere">
      <GitBranch size={14} className="mt-2 shrink-0" />
      <span className="leading-8">
        {nameOf(run.agentId) || 'The agent'} works in another branch of this thread.{' '}
        <TextButton onClick={() => choose(run.id)}>Show it</TextButton>
      </span>
    </p>
  );
}
