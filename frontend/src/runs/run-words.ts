import type { RunErrorCode } from '#core/protocol/errors.ts';
import type { RunStatus } from '#core/protocol/run.ts';
import type { RunSummary } from '#core/protocol/run-routes.ts';
import { formatAge } from '../format/date.ts';
import { duration } from '../format/time.ts';
import { toolWords } from '../format/tool.ts';
import { usd } from '../format/usage.ts';

/** What a state is called in a list, and how it is coloured. */
export const statusWords = {
  queued: { text: 'Queued', kind: 'plain' },
  running: { text: 'Working', kind: 'accent' },
  awaiting_approval: { text: 'Waits for a decision', kind: 'warning' },
  awaiting_client_tool: { text: 'Waits for an answer', kind: 'warning' },
  awaiting_auth: { text: 'Waits for a sign-in', kind: 'warning' },
  paused_budget: { text: 'Paused by a budget', kind: 'warning' },
  completed: { text: 'Completed', kind: 'good' },
  failed: { text: 'Failed', kind: 'danger' },
  cancelled: { text: 'Stopped', kind: 'plain' },
  timed_out: { text: 'Out of time', kind: 'danger' },
} as const satisfies Record<RunStatus, object>;

const reasons: Record<RunErrorCode, string> = {
  model_unknown: 'There is no such model.',
  model_key_missing: 'There is no key for its model.',
  model_key_refused: 'The provider refused the key of its model.',
  model_rate_limited: 'The provider of its model had too much to do.',
  model_unavailable: 'Its model could not be reached.',
  model_stream_cut: 'The answer of its model broke off.',
  model_bad_response: 'The answer of its model made no sense.',
  model_refused_request: 'The provider of its model refused the request.',
  model_stalled: 'Its model fell silent.',
  turn_limit: 'It reached its limit of turns.',
  token_limit: 'It reached its limit of tokens.',
  cost_limit: 'It reached its limit of cost.',
  budget_stopped: 'Nothing more may be spent on it.',
  call_interrupted: 'A call was cut off, and somebody let the run end.',
  replay_diverged: 'It could not be taken up where it was: what it would do now is not what it did.',
  agent_missing: 'Its agent is gone.',
  project_unusable: 'The workspace’s Supabase project could not be worked with.',
  worker_lost: 'Its workers were lost, and the platform has given it up.',
  internal: 'Something went wrong on our side.',
};

/** Why a run failed; a code of a later version is told as it is. */
export const reasonText = (code: string): string =>
  Object.hasOwn(reasons, code) ? reasons[code as RunErrorCode] : `It failed: ${code}.`;

/** How old a run is, when anything happened to it last, and what it has taken. */
export function runFacts(run: RunSummary, now: Date): string {
  const { attempt, createdAt, finishedAt, lastEventAt, usage, workedMs } = run;
  const cost = usage?.costMicroUsd;
  const facts = [
    `begun ${formatAge(createdAt, now)}`,
    finishedAt ? `ended ${formatAge(finishedAt, now)}` : lastEventAt && `last event ${formatAge(lastEventAt, now)}`,
    workedMs ? `at work for ${duration(workedMs)}` : null,
    usage && usage.modelCalls > 0
      ? `${(usage.inputTokens + usage.outputTokens).toLocaleString('en')} tokens, ${cost == null ? 'cost unknown' : usd(cost)}`
      : null,
    attempt > 1 ? `attempt ${attempt}` : null,
  ];
  const text = facts.filter(Boolean).join(' · ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What is to be said of a run that has just been ended and left tools at work; null when all have stopped. */
export function leftWorkingText({ leftWorking = [] }: Pick<RunSummary, 'leftWorking'>): string | null {
  if (leftWorking.length === 0) return null;
  const tools = leftWorking.map(toolWords).join(' and ');
  return `The run has ended, but ${tools} did not stop in time and may still be at work.`;
}
