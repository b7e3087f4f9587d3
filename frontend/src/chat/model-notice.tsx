import { useEffect } from 'react';
import type { AgentId } from '#core/protocol/ids.ts';
import { useAgent } from '../app/use-workspace.ts';
import { localText } from '../state/local-storage.ts';

interface ModelNoticeProps {
  readonly agentId: AgentId | undefined;
  /** The model of a run that is going on, once it is known. */
  readonly model?: string | undefined;
}

const scripted = 'demo/scripted';

/** Says so when the answers come from a script. The agent may leave the model to the deployment, so what its last run used is remembered. */
export function ModelNotice({ agentId, model }: ModelNoticeProps) {
  const agent = useAgent(agentId);
  const key = `troupe.model.${agentId}`;

  useEffect(() => {
    if (agentId && model) localText.set(key, model);
  }, [agentId, key, model]);

  const named = agent && agent.model !== 'default' ? agent.model : undefined;
  const known = model ?? named ?? (agentId && localText.get(key));
  if (known !== scripted) return null;
  return (
    <p className="text-[12.5px] text-muted" data-testid="scripted-notice">
      Answers by <span className="font-medium">{scripted}</span>: a script, not an AI
    </p>
  );
}
