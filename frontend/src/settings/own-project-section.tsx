import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Database, Plus } from 'lucide-react';
import { useState } from 'react';
import { usePlatform } from '../app/platform-context.ts';
import { mayMoveContent, useThisWorkspace } from '../app/workspace-context.ts';
import { Button } from '../kit/button.tsx';
import { EmptyState, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { OwnProjectDialog } from './own-project-dialog.tsx';
import { OwnProjectEntry } from './own-project-entry.tsx';

/** The Supabase project that a workspace brings for its conversations and memories. */
export function OwnProjectSection() {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const mayChange = mayMoveContent(role);
  const queries = useQueryClient();
  const [putting, setPutting] = useState(false);
  const queryKey = ['own-project', workspaceId];
  const project = useQuery({
    queryKey,
    queryFn: ({ signal }) => api('GET /v1/workspaces/{workspaceId}/project', { path: { workspaceId } }, signal),
  });
  const refresh = () => void queries.invalidateQueries({ queryKey });

  return (
    <Section
      title="Your own Supabase project"
      text={`What is said in conversations and what agents remember can be kept in a project of your own. Members, agents and keys stay here.${mayChange ? '' : ' Only an owner changes this.'}`}
      action={
        mayChange && (
          <Button kind="primary" onClick={() => setPutting(true)} data-testid="put-project">
            <Plus size={16} />
            {project.data?.project ? 'Put in new keys' : 'Use your own project'}
          </Button>
        )
      }
    >
      <QueryView query={project} what="The project">
        {({ project: found }) =>
          found ? (
            <OwnProjectEntry project={found} mayChange={mayChange} onChanged={refresh} />
          ) : (
            <EmptyState icon={<Database size={28} />} title="Everything is kept by the platform">
              {mayChange
                ? 'Make a project ready with npm run project:migrate first, and then put in its address and keys.'
                : 'An owner can put in the address and keys of a project.'}
            </EmptyState>
          )
        }
      </QueryView>
      {putting && (
        <OwnProjectDialog project={project.data?.project ?? null} onSaved={refresh} onClose={() => setPutting(false)} />
      )}
    </Section>
  );
}
