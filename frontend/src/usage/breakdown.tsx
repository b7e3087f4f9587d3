import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { ThreadId, UserId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useEveryAgent } from '../app/use-workspace.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { titleOf } from '../format/title.ts';
import { Select } from '../kit/field.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { useMemberNames } from '../settings/use-members.ts';
import { useStore } from '../state/use-store.ts';
import { UsageTable } from './usage-table.tsx';
import { useUsage } from './use-usage.ts';

type Subject = 'agent' | 'user' | 'model' | 'thread';
const subjects: Record<Subject, string> = { agent: 'Agent', user: 'Member', model: 'Model', thread: 'Thread' };
const isSubject = (value: string): value is Subject => Object.hasOwn(subjects, value);

interface BreakdownProps {
  readonly from: string;
  readonly to: string;
}

/** Who or what the usage belongs to. */
export function Breakdown({ from, to }: BreakdownProps) {
  const { id: workspaceId } = useThisWorkspace();
  const [by, setBy] = useState<Subject>('agent');
  // Threads are listed by the month (docs/cost.md): the last one of the time that is shown.
  const start = by === 'thread' ? `${to.slice(0, 8)}01` : from;
  const usage = useUsage(workspaceId, by, start, to);
  const nameOf = useSubjectName(by);
  return (
    <Section
      title={start === from ? `By ${subjects[by].toLowerCase()}` : `By thread, since ${start}`}
      action={
        <Select
          aria-label="Broken down by"
          className="w-auto!"
          value={by}
          data-testid="usage-by"
          onChange={(event) => {
            if (isSubject(event.target.value)) setBy(event.target.value);
          }}
        >
          {Object.entries(subjects).map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      }
    >
      <QueryView query={usage} what="The usage">
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="Nothing was used in this time" />
          ) : (
            <>
              <UsageTable
                caption={`Usage by ${subjects[by].toLowerCase()}`}
                keyName={subjects[by]}
                rows={rows}
                nameOf={nameOf}
              />
              <LoadMore query={usage} />
            </>
          )
        }
      </QueryView>
    </Section>
  );
}

function useSubjectName(by: Subject): (key: string) => ReactNode {
  const { id: workspaceId, role } = useThisWorkspace();
  const { threadList } = usePlatform();
  const agents = useEveryAgent().data ?? [];
  // Members see only what they have used themselves.
  const memberName = useMemberNames(workspaceId, by === 'user' && mayManage(role));
  const threads = useStore(threadList.state);
  switch (by) {
    case 'agent':
      return (key) => agents.find(({ id }) => id === key)?.name ?? 'An agent that is gone';
    case 'user':
      return (key) => memberName(UserId.safeParse(key).data ?? null);
    case 'model':
      return (key) => <span className="font-mono text-[13px]">{key}</span>;
    case 'thread':
      return (key) => {
        const threadId = ThreadId.safeParse(key).data;
        const thread = threads.status === 'ready' ? threads.list.threads.find(({ id }) => id === key) : undefined;
        if (!threadId || !thread) return 'A thread that you do not see, or an older one';
        return (
          <Link to="/t/$threadId" params={{ threadId }} className="text-link underline underline-offset-2">
            {titleOf(thread)}
          </Link>
        );
      };
  }
}
