import { useQuery } from '@tanstack/react-query';
import { FileText, Plus } from 'lucide-react';
import { useCallback, useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { MemoryEntry } from '#core/protocol/memory.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { formatAge } from '../format/date.ts';
import { byteSize } from '../format/usage.ts';
import { Button } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { MemoryDialog } from './memory-dialog.tsx';

/** What the agent wrote down, to know it again in another thread. */
export function MemoriesTab({ agent }: { readonly agent: Agent }) {
  const { role } = useThisWorkspace();
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<string | 'new' | null>(null);
  const onSearch = useCallback((text: string) => setSearch(text.trim()), []);
  return (
    <Section
      title="Memories"
      text={`What ${agent.name} wrote down, to know it again in another thread. You can correct it.`}
      action={
        mayManage(role) && (
          <Button onClick={() => setOpen('new')} data-testid="new-memory">
            <Plus size={16} />
            New memory
          </Button>
        )
      }
    >
      <div className="mb-2 flex">
        <SearchField label="Search memories" value={search} onSearch={onSearch} />
      </div>
      {search === '' ? (
        <AllMemories agent={agent} onOpen={setOpen} />
      ) : (
        <FoundMemories agent={agent} search={search} onOpen={setOpen} />
      )}
      {open !== null && (
        <MemoryDialog agentId={agent.id} path={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
    </Section>
  );
}

interface MemoriesProps {
  readonly agent: Agent;
  readonly onOpen: (path: string) => void;
}

function AllMemories({ agent, onOpen }: MemoriesProps) {
  const { api } = usePlatform();
  const memories = usePages<MemoryEntry>(['memories', agent.id, 'list'], (cursor, signal) =>
    api(
      'GET /v1/agents/{agentId}/memories',
      { path: { agentId: agent.id }, query: { limit: 50, ...(cursor && { cursor }) } },
      signal,
    ),
  );
  return (
    <QueryView query={memories} what="The memories">
      {(list) =>
        list.length === 0 ? (
          <EmptyState title="It has written nothing down yet">
            Give it the memory tools, and tell it what is worth remembering.
          </EmptyState>
        ) : (
          <>
            <ul className="divide-y divide-line" data-testid="memories">
              {list.map((memory) => (
                <MemoryRow key={memory.path} memory={memory} onOpen={onOpen} />
              ))}
            </ul>
            <LoadMore query={memories} />
          </>
        )
      }
    </QueryView>
  );
}

function FoundMemories({ agent, search, onOpen }: MemoriesProps & { readonly search: string }) {
  const { api } = usePlatform();
  const found = useQuery({
    queryKey: ['memories', agent.id, 'search', search],
    queryFn: ({ signal }) =>
      api(
        'GET /v1/agents/{agentId}/memories/search',
        { path: { agentId: agent.id }, query: { search, limit: 50 } },
        signal,
      ),
  });
  return (
    <QueryView query={found} what="The memories">
      {({ data }) =>
        data.length === 0 ? (
          <EmptyState title="Nothing was found">Search for other words.</EmptyState>
        ) : (
          <ul className="divide-y divide-line" data-testid="memories">
            {data.map((memory) => (
              <MemoryRow key={memory.path} memory={memory} excerpt={memory.excerpt} onOpen={onOpen} />
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}

interface MemoryRowProps {
  readonly memory: MemoryEntry;
  readonly excerpt?: string;
  readonly onOpen: (path: string) => void;
}

function MemoryRow({ memory, excerpt, onOpen }: MemoryRowProps) {
  return (
    <li>
      <button
        type="button"
        onClick={() => onOpen(memory.path)}
        className="-mx-2 flex w-[calc(100%+1rem)] items-start gap-3 rounded-lg px-2 py-2.5 text-left hover:bg-hover"
      >
        <FileText size={16} className="mt-0.5 shrink-0 text-muted" />
        <span className="min-w-0 grow">
          <span className="block truncate font-mono text-[13px]">{memory.path}</span>
          {excerpt && <span className="mt-0.5 line-clamp-2 text-[13px] text-muted">{excerpt}</span>}
        </span>
        <span className="shrink-0 text-[12.5px] text-muted">
          <span className="max-sm:hidden">{byteSize(memory.bytes)} · </span>
          {formatAge(memory.updatedAt, new Date())}
        </span>
      </button>
    </li>
  );
}
