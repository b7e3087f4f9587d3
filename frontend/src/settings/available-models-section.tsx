import type { AvailableModel, AvailableProvider } from '#core/protocol/model.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { Badge } from '../kit/badge.tsx';
import { Disclosure } from '../kit/disclosure.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { Cell, HeadCell, Table } from '../kit/table.tsx';
import { useModels } from './use-models.ts';

const originNames = { user: 'Your key', workspace: 'The workspace’s key', platform: 'This deployment’s key' } as const;

/** What agents here can work with, and with whose key. */
export function AvailableModelsSection() {
  const { id: workspaceId } = useThisWorkspace();
  const models = useModels(workspaceId);
  return (
    <Section
      title="Models"
      text="What agents of this workspace can work with. Without a key for a provider, none of its models is used, and no other one in its place."
    >
      <QueryView query={models} what="The models">
        {(providers) => (
          <div className="flex flex-col gap-2">
            {providers.map((provider) => (
              <Disclosure
                key={provider.provider}
                className="rounded-xl border border-line"
                buttonClassName="min-h-12 px-3.5 text-sm"
                summary={
                  <>
                    <span className="min-w-0 grow truncate font-medium">{provider.label}</span>
                    {provider.origin && <Badge>{originNames[provider.origin]}</Badge>}
                  </>
                }
              >
                <div className="border-line border-t p-3.5">
                  <Models provider={provider} />
                </div>
              </Disclosure>
            ))}
          </div>
        )}
      </QueryView>
    </Section>
  );
}

function Models({ provider }: { readonly provider: AvailableProvider }) {
  const open = provider.isOpenEnded && (
    <p className="text-muted text-sm">
      Write <code className="font-mono text-[13px]">{provider.provider}/</code> and the name that a model has there.
    </p>
  );
  if (provider.models.length === 0) return open;
  return (
    <div className="flex flex-col gap-3">
      {open}
      <Table caption={`Models of ${provider.label}`}>
        <thead>
          <tr>
            <HeadCell>Model</HeadCell>
            <HeadCell>Also</HeadCell>
            <HeadCell>Can</HeadCell>
            <HeadCell className="text-right">Context</HeadCell>
          </tr>
        </thead>
        <tbody>
          {provider.models.map((model) => (
            <tr key={model.id}>
              <Cell className="font-mono text-[13px]">{model.id}</Cell>
              <Cell className="font-mono text-[13px] text-muted">{model.aliases.join(', ')}</Cell>
              <Cell>
                <span className="flex flex-wrap gap-1">
                  {abilities(model).map((ability) => (
                    <Badge key={ability}>{ability}</Badge>
                  ))}
                </span>
              </Cell>
              <Cell className="whitespace-nowrap text-right tabular-nums">
                {model.capabilities.contextWindow?.toLocaleString('en') ?? ''}
              </Cell>
            </tr>
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function abilities({ capabilities: { tools, images, reasoning } }: AvailableModel): string[] {
  return [tools && 'Tools', images && 'Pictures', reasoning && 'Reasoning'].filter((each) => typeof each === 'string');
}
