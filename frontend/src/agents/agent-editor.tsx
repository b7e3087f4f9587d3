import { Link, useSearch } from '@tanstack/react-router';
import { FormProvider } from 'react-hook-form';
import type { Agent } from '#core/protocol/agent.ts';
import { Header } from '../app/header.tsx';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { PageBody } from '../kit/page.tsx';
import { SaveBar } from '../kit/save-bar.tsx';
import { TabLinks, tabLink } from '../kit/tab-links.tsx';
import { MemoriesTab } from '../memories/memories-tab.tsx';
import { RuleList } from '../rules/rule-list.tsx';
import { AgentSummary } from './agent-summary.tsx';
import { AgentTab, formTabs, tabNames } from './agent-tabs.ts';
import { GrantsSection } from './grants-section.tsx';
import { LimitFields } from './limit-fields.tsx';
import { ProfileFields } from './profile-fields.tsx';
import { PromptTab } from './prompt-tab.tsx';
import { SkillsTab } from './skills-tab.tsx';
import { TeamFields } from './team-fields.tsx';
import { ToolFields } from './tool-fields.tsx';
import { TryIt } from './try-it.tsx';
import { useAgentForm } from './use-agent-form.ts';
import { VersionsTab } from './versions-tab.tsx';

/** Everything that makes an agent; a new one has only what its form saves. */
export function AgentEditor({ agent }: { readonly agent: Agent | null }) {
  const { role } = useThisWorkspace();
  const { tab: asked, trying } = useSearch({ strict: false });
  const wanted = AgentTab.safeParse(asked).data;
  const manages = mayManage(role);
  const tabs = tabsOf(agent, manages);
  const tab = wanted && tabs.includes(wanted) ? wanted : 'profile';
  const { form, save, saving, problem } = useAgentForm(agent);
  const title = agent?.name ?? 'New agent';
  usePageTitle(title);

  return (
    <>
      <Header title={title} />
      <EditorTabs agent={agent} tabs={tabs} current={tab} />
      <div className="flex min-h-0 grow">
        <PageBody>
          {agent && <AgentSummary agent={agent} />}
          <FormProvider {...form}>
            {formTabs.includes(tab) ? (
              <form
                noValidate
                aria-label={title}
                onSubmit={(event) => void save(event)}
                className="flex flex-col gap-6"
                data-testid="agent-form"
              >
                <fieldset disabled={!manages || agent?.status === 'dismissed'} className="contents">
                  {tab === 'profile' && <ProfileFields />}
                  {tab === 'tools' && <ToolFields />}
                  {tab === 'team' && <TeamFields agentId={agent?.id ?? null} />}
                  {tab === 'limits' && <LimitFields />}
                </fieldset>
                <SaveBar
                  dirty={form.formState.isDirty || agent === null}
                  saving={saving}
                  problem={problem}
                  action={agent ? 'Save as a new version' : 'Create agent'}
                  onDiscard={() => form.reset()}
                />
              </form>
            ) : (
              agent && <OtherTab tab={tab} agent={agent} />
            )}
            {tab === 'tools' && agent && <GrantsSection agent={agent} />}
          </FormProvider>
        </PageBody>
        {agent && trying && agent.status === 'active' && <TryIt key={agent.id} agent={agent} />}
      </div>
    </>
  );
}

function tabsOf(agent: Agent | null, manages: boolean): readonly AgentTab[] {
  if (!agent) return formTabs;
  return [...formTabs, 'rules', 'skills', 'memories', 'versions', ...(manages ? (['prompt'] as const) : [])];
}

interface OtherTabProps {
  readonly tab: AgentTab;
  readonly agent: Agent;
}

function OtherTab({ tab, agent }: OtherTabProps) {
  switch (tab) {
    case 'rules':
      return <RuleList agent={agent} />;
    case 'skills':
      return <SkillsTab agent={agent} />;
    case 'memories':
      return <MemoriesTab agent={agent} />;
    case 'versions':
      return <VersionsTab agent={agent} />;
    case 'prompt':
      return <PromptTab agent={agent} />;
    case 'profile':
    case 'tools':
    case 'team':
    case 'limits':
      return null;
  }
}

interface EditorTabsProps {
  readonly agent: Agent | null;
  readonly tabs: readonly AgentTab[];
  readonly current: AgentTab;
}

function EditorTabs({ agent, tabs, current }: EditorTabsProps) {
  const { id: workspaceId } = useThisWorkspace();
  return (
    <TabLinks label="Parts of the agent">
      {tabs.map((tab) => (
        <li key={tab}>
          <Link
            to={agent ? '/w/$workspaceId/agents/$agentId' : '/w/$workspaceId/agents/new'}
            params={{ workspaceId, agentId: agent?.id ?? '' }}
            search={(now) => ({ ...now, tab })}
            replace
            aria-current={tab === current ? 'page' : undefined}
            className={tabLink}
            activeProps={{}}
            data-testid={`tab-${tab}`}
          >
            {tabNames[tab]}
          </Link>
        </li>
      ))}
    </TabLinks>
  );
}
