import type { Outcome } from '#core/domain/run-record.ts';

// Why a run ends before an agent has been asked anything.

const failed = (
  code: 'agent_missing' | 'replay_diverged' | 'project_unusable',
  message: string,
): { readonly outcome: Outcome } => ({
  outcome: { status: 'failed', error: { code, message } },
});

export const threadMissing = failed('agent_missing', 'The thread of this run has been deleted.');
export const agentMissing = failed(
  'agent_missing',
  'The agent that has this thread is not there any more. Choose another one, or start a new thread.',
);
export const historyChanged = failed(
  'replay_diverged',
  'The run could not be taken up where it was left: what was said before it is not the same any more.',
);
/** The workspace's own project is not what its setting says. */
export const projectUnusable = ({ message }: Error) => failed('project_unusable', message);
