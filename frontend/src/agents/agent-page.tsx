import { useParams } from '@tanstack/react-router';
import { AgentId } from '#core/protocol/ids.ts';
import { Header } from '../app/header.tsx';
import { NotFound } from '../app/not-found.tsx';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { isRefusal } from '../http/call-error.ts';
import { PageBody } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { AgentEditor } from './agent-editor.tsx';
import { useOneAgent } from './agent-queries.ts';

export function AgentPage() {
  const { agentId } = useParams({ from: '/w/$workspaceId/agents/$agentId' });
  const parsed = AgentId.safeParse(agentId);
  return parsed.success ? <KnownAgent key={parsed.data} agentId={parsed.data} /> : <NoSuchAgent />;
}

export const NewAgentPage = () => <AgentEditor agent={null} />;

function KnownAgent({ agentId }: { readonly agentId: AgentId }) {
  const workspace = useThisWorkspace();
  const query = useOneAgent(agentId);
  const elsewhere = query.data !== undefined && query.data.workspaceId !== workspace.id;
  if (elsewhere || isRefusal(query.error, 'not_found')) return <NoSuchAgent />;
  if (query.data) return <AgentEditor agent={query.data} />;
  return (
    <>
      <Header title="Agent" />
      <PageBody>
        <QueryView query={query} what="The agent">
          {() => null}
        </QueryView>
      </PageBody>
    </>
  );
}

const NoSuchAgent = () => (
  <NotFound title="This agent is not here" text="It belongs to another workspace, or the address is mistyped." />
);
