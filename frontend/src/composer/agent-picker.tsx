import { Bot, Check, ChevronDown } from 'lucide-react';
import type { Agent } from '#core/protocol/agent.ts';
import { AgentId } from '#core/protocol/ids.ts';
import { MenuContent, MenuRadioGroup, MenuRadioItem, MenuRoot, MenuTrigger } from '../kit/menu.tsx';

interface AgentPickerProps {
  readonly agents: readonly Agent[];
  readonly agent: Agent;
  readonly onChoose: (agentId: AgentId) => void;
}

export function AgentPicker({ agents, agent, onChoose }: AgentPickerProps) {
  return (
    <MenuRoot modal={false}>
      <MenuTrigger
        aria-label={`Agent: ${agent.name}`}
        data-testid="agent-picker"
        className="inline-flex min-h-9 min-w-0 items-center gap-2 rounded-lg px-2.5 text-muted text-sm transition-colors hover:bg-hover hover:text-text pointer-coarse:min-h-11"
      >
        <Bot size={16} className="shrink-0" />
        <span className="truncate">{agent.name}</span>
        <ChevronDown size={14} className="shrink-0" />
      </MenuTrigger>
      <MenuContent align="start" side="top" aria-label="Agent" className="w-80 max-w-[calc(100vw-2rem)]">
        <MenuRadioGroup value={agent.id} onValueChange={(id) => onChoose(AgentId.parse(id))}>
          {agents.map(({ id, name, description }) => (
            <MenuRadioItem key={id} value={id} className="items-start! py-2!">
              <span className="min-w-0 grow">
                <span className="block font-medium">{name}</span>
                {description && <span className="block text-[13px] text-muted leading-snug">{description}</span>}
              </span>
              {id === agent.id && <Check size={16} className="mt-0.5 shrink-0 text-link" />}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </MenuRoot>
  );
}
