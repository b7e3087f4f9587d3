import { useQuery } from '@tanstack/react-query';
import type { Agent } from '#core/protocol/agent.ts';
import type { PromptPart } from '#core/protocol/agent-content.ts';
import { usePlatform } from '../app/platform-context.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { Disclosure } from '../kit/disclosure.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';

const partNames: Record<PromptPart['name'], string> = {
  base: 'Instructions, role and personality',
  context: 'Time, workspace and person',
  rules: 'Rules',
  skills: 'Skills to choose from',
  memories: 'Memories to look up',
  handoffs: 'Colleagues',
};

/** What the model would be told if a run began now. */
export function PromptTab({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const prompt = useQuery({
    queryKey: ['agent-prompt', agent.id],
    staleTime: 0,
    queryFn: ({ signal }) => api('GET /v1/agents/{agentId}/prompt', { path: { agentId: agent.id } }, signal),
  });
  return (
    <Section
      title="The whole prompt"
      text="What the model is told when a run begins, in this order. Owners and admins can see it."
      action={prompt.data && <CopyButton label="Copy the prompt" text={() => prompt.data.text} />}
    >
      <QueryView query={prompt} what="The prompt">
        {({ parts }) => (
          <div className="flex flex-col gap-2">
            {parts.map(({ name, text }) => (
              <Disclosure
                key={name}
                className="rounded-xl border border-line"
                buttonClassName="min-h-11 px-3.5 text-sm"
                summary={
                  <>
                    <span className="min-w-0 grow truncate font-medium">{partNames[name]}</span>
                    <span className="shrink-0 text-[12.5px] text-muted">
                      {text.length.toLocaleString('en')}
                      <span className="max-sm:sr-only"> characters</span>
                    </span>
                  </>
                }
              >
                <pre
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
                  tabIndex={0}
                  className="max-h-96 overflow-auto whitespace-pre-wrap border-line border-t p-3.5 font-mono text-[12.5px] leading-relaxed"
                >
                  {text}
                </pre>
              </Disclosure>
            ))}
          </div>
        )}
      </QueryView>
    </Section>
  );
}
