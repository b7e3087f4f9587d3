import { createLruCache } from '#core/domain/lru-cache.ts';
import { resolveModel } from '#core/domain/model-id.ts';
import type { RunRecord } from '#core/domain/run-record.ts';
import type { AgentRunner } from '#core/ports/agent-runner.ts';
import type { AgentContext, AgentStore } from '#core/ports/agent-store.ts';
import type { SpendGuard } from '#core/ports/spend-guard.ts';
import type { RunContext } from '#core/ports/tool.ts';
import type { Deps } from '#core/use-cases/deps.ts';
import { historyLimit } from '#core/use-cases/load-history.ts';
import { type LoadedThread, loadThread } from '#core/use-cases/load-thread.ts';
import { contextOf } from './agent-task.ts';
import { readableThread } from './leave-to-newer.ts';

export interface ReadDeps extends Pick<Deps, 'store' | 'log' | 'minter' | 'now'> {
  readonly agents: Pick<AgentStore, 'context'>;
  readonly runner: Pick<AgentRunner, 'lookAhead'>;
  readonly spend: Pick<SpendGuard, 'lookAhead'>;
  readonly defaultModel: string;
}

const readerKeys = ['runId', 'threadId', 'workspaceId', 'requestId', 'userId', 'isAnonymous', 'agentId'] as const;
/** For whom a run is read: all of it is in the record, and in the message of a run that has not begun. */
type Reader = Pick<RunRecord, (typeof readerKeys)[number]>;

/** What a run's first attempt begins with, on its way. Whoever needs it is told what went wrong. */
export interface ReadAhead {
  readonly context: RunContext;
  readonly thread: Promise<LoadedThread | null>;
  /** Of the agent that is expected to answer. */
  readonly surroundings: Promise<AgentContext | null>;
  /** Whether it was read for the first attempt at this very run, as its record has it. */
  isOf(record: RunRecord): boolean;
}

/** Of how many agents it is known which model their last run had. */
const rememberedAgents = 1_000;

/**
 * Reads what the first question to a model will need: the thread, the agent with all that shapes it, and the budgets and the key of its
 * model. The agent's last model is taken to be its model, until the agent is here; if it has another one by now, that one's key is
 * looked up as well. May be called before the run is claimed: when its message is here, what it answers stands in the log, and the runs
 * before it have ended or wait; or the thread shows one live that was sent later, and `waitItsTurn` has the thread read again.
 */
export function createReadAhead(deps: ReadDeps): (reader: Reader) => ReadAhead {
  const lastModels = createLruCache<string>(rememberedAgents);

  return (reader) => {
    const { threadId, agentId } = reader;
    const access = deps.minter.forUser(reader);
    const context = contextOf(deps, { ...reader, attempt: 1 }, access);
    const thread = access.then((mine) => loadThread(deps, mine, threadId, historyLimit)).then(readableThread);
    const surroundings = access.then((mine) => deps.agents.context(mine, agentId));
    deps.spend.lookAhead(reader);
    const lastModel = lastModels.get(agentId);
    if (lastModel !== undefined) deps.runner.lookAhead?.(lastModel, context);
    const sought = surroundings.then((found) => {
      const main = found?.agents.find(({ agent }) => agent.id === agentId)?.agent;
      if (!main) return;
      const model = resolveModel(main.model, deps.defaultModel);
      lastModels.set(agentId, model);
      deps.runner.lookAhead?.(model, context);
    });
    for (const early of [thread, surroundings, sought]) early.catch(() => {});
    return {
      context,
      thread,
      surroundings,
      isOf: (record) => record.attempt === 1 && readerKeys.every((key) => record[key] === reader[key]),
    };
  };
}
