import { useFormContext, useWatch } from 'react-hook-form';
import type { ToolSummary } from '#core/protocol/agent-content.ts';
import { ToolPolicy } from '#core/protocol/tool-policy.ts';
import { CheckField, Select } from '../kit/field.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import type { AgentFields } from './agent-form.ts';
import { useTools } from './agent-queries.ts';
import { ConditionFields } from './condition-fields.tsx';
import { deciderNames, policyOf, policyWords } from './policy-choice.ts';

/** What it may call, and what a person is asked about first. */
export function ToolFields() {
  const tools = useTools();
  return (
    <Section title="Tools" text="What is not ticked cannot be called. For each, say whether a person is asked first.">
      <QueryView query={tools} what="The tools">
        {(all) => (
          <ul className="divide-y divide-line">
            {all.map((tool) => (
              <ToolEntry key={tool.name} tool={tool} />
            ))}
          </ul>
        )}
      </QueryView>
    </Section>
  );
}

function ToolEntry({ tool }: { readonly tool: ToolSummary }) {
  const { control, setValue } = useFormContext<AgentFields>();
  const [tools = [], policies = {}] = useWatch({ control, name: ['tools', 'toolPolicies'] });
  const on = tools.includes(tool.name);
  const given = policies[tool.name];
  const policy = given && ToolPolicy.parse(given);

  function setPolicy(next: ToolPolicy | undefined): void {
    const { [tool.name]: _old, ...others } = policies;
    setValue('toolPolicies', next ? { ...others, [tool.name]: next } : others, { shouldDirty: true });
  }

  function toggle(next: boolean): void {
    const names = next ? [...tools, tool.name] : tools.filter((name) => name !== tool.name);
    setValue('tools', names, { shouldDirty: true });
    if (!next) setPolicy(undefined);
  }

  return (
    <li className="py-2" data-testid="tool">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-1">
        <CheckField
          label={<span className="font-medium">{tool.title}</span>}
          hint={tool.description}
          className="min-w-60 grow basis-80"
          checked={on}
          onChange={(event) => toggle(event.target.checked)}
        />
        {on && (
          <Select
            aria-label={`Approval of ${tool.title}`}
            className="w-auto! min-w-44"
            value={policy?.approval ?? 'declared'}
            onChange={(event) => setPolicy(policyOf(event.target.value, policy))}
          >
            <option value="declared">As usual ({policyWords(tool.policy)})</option>
            <option value="never">Never ask</option>
            <option value="always">Always ask</option>
            <option value="when">Ask when…</option>
          </Select>
        )}
      </div>
      {on && policy && policy.approval !== 'never' && (
        <div className="mt-1 mb-2 ml-7 flex flex-col gap-3 rounded-xl bg-sunken p-3">
          {policy.approval === 'when' && (
            <ConditionFields
              conditions={policy.anyOf}
              onChange={(anyOf) => setPolicy({ ...policy, anyOf })}
              toolTitle={tool.title}
            />
          )}
          <div className="flex flex-wrap items-center gap-2 text-sm">
            <span className="text-muted">Decided by</span>
            <Select
              aria-label={`Who decides on ${tool.title}`}
              className="w-auto!"
              value={policy.decider}
              onChange={(event) => {
                const decider = deciderNames.find(({ value }) => value === event.target.value)?.value;
                if (decider) setPolicy({ ...policy, decider });
              }}
            >
              {deciderNames.map(({ value, name }) => (
                <option key={value} value={value}>
                  {name}
                </option>
              ))}
            </Select>
          </div>
        </div>
      )}
    </li>
  );
}
