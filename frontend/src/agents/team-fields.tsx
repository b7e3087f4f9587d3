import { useFormContext, useWatch } from 'react-hook-form';
import type { AgentId } from '#core/protocol/ids.ts';
import { useAgents } from '../app/use-workspace.ts';
import { Avatar } from '../kit/avatar.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import type { AgentFields } from './agent-form.ts';

/** Whom it may hand over to, and whom it may ask. */
export function TeamFields({ agentId }: { readonly agentId: AgentId | null }) {
  return (
    <>
      <Section
        title="Hands over to"
        text="The other agent takes over the conversation, in the same thread. Nobody else can be reached."
      >
        <Colleagues agentId={agentId} field="handoffs" />
      </Section>
      <Section
        title="Asks"
        text="Works for it in the background, as a tool, and gives the answer back. Its spending counts here."
      >
        <Colleagues agentId={agentId} field="delegates" />
      </Section>
    </>
  );
}

interface ColleaguesProps {
  readonly agentId: AgentId | null;
  readonly field: 'handoffs' | 'delegates';
}

function Colleagues({ agentId, field }: ColleaguesProps) {
  const agents = useAgents();
  const { control, setValue } = useFormContext<AgentFields>();
  const chosen = useWatch({ control, name: field }) ?? [];

  const toggle = (id: AgentId, on: boolean) =>
    setValue(field, on ? [...chosen, id] : chosen.filter((each) => each !== id), { shouldDirty: true });

  return (
    <QueryView query={agents} what="The agents">
      {(all) => {
        const others = all.filter(({ id }) => id !== agentId);
        if (others.length === 0)
          return <p className="text-muted text-sm">There is no other agent in this workspace yet.</p>;
        return (
          <ul className="grid gap-1 sm:grid-cols-2">
            {others.map((other) => (
              <li key={other.id}>
                <label className="flex min-h-12 cursor-pointer items-center gap-3 rounded-lg px-2 py-1.5 hover:bg-hover">
                  <input
                    type="checkbox"
                    className="size-4.5 shrink-0 accent-(--accent)"
                    checked={chosen.includes(other.id)}
                    onChange={(event) => toggle(other.id, event.target.checked)}
                    data-testid={`${field}-option`}
                  />
                  <Avatar name={other.name} avatar={other.avatar} size="small" />
                  <span className="min-w-0">
                    <span className="block truncate text-sm">{other.name}</span>
                    {other.role && <span className="block truncate text-[12.5px] text-muted">{other.role}</span>}
                  </span>
                </label>
              </li>
            ))}
          </ul>
        );
      }}
    </QueryView>
  );
}
