import { useQuery } from '@tanstack/react-query';
import { clsx } from 'clsx';
import { diffLines } from 'diff';
import type { FieldChange } from '#core/protocol/agent-content.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import { usePlatform } from '../app/platform-context.ts';
import { useAgents } from '../app/use-workspace.ts';
import { QueryView } from '../kit/query-view.tsx';
import { fieldNames } from './field-names.ts';

interface VersionDiffProps {
  readonly agentId: AgentId;
  readonly version: number;
}

/** What a version changed. */
export function VersionDiff({ agentId, version }: VersionDiffProps) {
  const { api } = usePlatform();
  const diff = useQuery({
    queryKey: ['agent-versions', agentId, 'diff', version],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      api(
        'GET /v1/agents/{agentId}/versions/{version}/diff',
        { path: { agentId, version: String(version) }, query: {} },
        signal,
      ),
  });
  return (
    <QueryView query={diff} what="The changes" rows={1}>
      {({ from, changes }) => {
        if (from === null) return <p className="text-muted text-sm">This is how it began.</p>;
        if (changes.length === 0) return <p className="text-muted text-sm">Nothing differs from version {from}.</p>;
        return <ChangeList changes={changes} />;
      }}
    </QueryView>
  );
}

/** The fields that differ, before and after. */
export function ChangeList({ changes }: { readonly changes: readonly FieldChange[] }) {
  return (
    <dl className="flex flex-col gap-4">
      {changes.map((change) => (
        <div key={change.field}>
          <dt className="mb-1 font-medium text-sm">{fieldNames[change.field] ?? change.field}</dt>
          <dd>
            {isLong(change.before) || isLong(change.after) ? (
              <Lines before={String(change.before)} after={String(change.after)} />
            ) : (
              <BeforeAfter change={change} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A text that is read line by line. */
const isLong = (value: unknown): boolean => typeof value === 'string' && (value.includes('\n') || value.length > 200);

const marks = { same: ' ', added: '+', removed: '−' } as const;
const looks = {
  same: 'text-muted',
  added: 'bg-good/12 text-good',
  removed: 'bg-danger/10 text-danger line-through decoration-1',
};

interface LinesProps {
  readonly before: string;
  readonly after: string;
}

function Lines({ before, after }: LinesProps) {
  const lines = diffLines(before, after).flatMap(({ value, added, removed }) => {
    const kind = added ? 'added' : removed ? 'removed' : 'same';
    return value
      .replace(/\n$/, '')
      .split('\n')
      .map((text) => ({ kind, text }) as const);
  });
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="max-h-96 overflow-auto rounded-lg border border-line py-1.5 font-mono text-[12.5px] leading-relaxed"
    >
      {lines.map(({ kind, text }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines are where they are
        <span key={index} className={clsx('block whitespace-pre-wrap px-3 [overflow-wrap:anywhere]', looks[kind])}>
          <span aria-hidden="true" className="mr-2 select-none">
            {marks[kind]}
          </span>
          {kind !== 'same' && <span className="sr-only">{kind}: </span>}
          {text || ' '}
        </span>
      ))}
    </pre>
  );
}

function BeforeAfter({ change }: { readonly change: FieldChange }) {
  const agents = useAgents().data ?? [];
  const nameOf = (id: string) => agents.find((agent) => agent.id === id)?.name ?? id;
  const words = (value: unknown): string => {
    if (value === null || value === undefined || value === '') return 'nothing';
    if (typeof value === 'string') return value;
    if (Array.isArray(value))
      return value.length === 0 ? 'nothing' : value.map((each) => nameOf(String(each))).join(', ');
    return JSON.stringify(value);
  };
  return (
    <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1 text-sm [overflow-wrap:anywhere]">
      <del className="rounded bg-danger/10 px-1 text-danger">{words(change.before)}</del>
      <span aria-hidden="true" className="text-muted">
        →
      </span>
      <ins className="rounded bg-good/12 px-1 text-good no-underline">{words(change.after)}</ins>
    </p>
  );
}
