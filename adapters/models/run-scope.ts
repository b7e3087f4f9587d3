import { type AgentInputItem, handoff, ModelRefusalError, Runner, Agent as SdkAgent } from '@openai/agents';
import * as z from 'zod';
import type { PreparedAgent } from '#core/domain/journal.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { CutOff } from '#core/protocol/item.ts';
import { agentToolName } from './agent-tool-name.ts';
import { RunFailure, toRunError } from './model-error.ts';
import type { Engine } from './run-engine.ts';
import { authorIn, createScope, type Scope } from './scope.ts';
import { createScopeModel } from './scope-model.ts';
import { offerOwnTool, offerTool, type Result } from './scope-tool.ts';
import { toSdkSettings } from './sdk-settings.ts';

/** How deep agents may ask each other: the run's own agent, one that it asks, and two more. */
const deepestDelegation = 3;

/** Lets an agent answer a conversation, with the tools and colleagues that it has; what it says last. */
export async function runScope(
  engine: Engine,
  { id, depth, agentId, input }: { id: string; depth: number; agentId: AgentId; input: AgentInputItem[] },
): Promise<string> {
  const scope = createScope(id, depth);
  const runner = new Runner({ tracingDisabled: true, toolNotFoundBehavior: 'return_error_to_model' });
  let agent = createAgents(engine, scope).get(agentId);
  if (!agent) throw new RunFailure({ code: 'agent_missing', message: 'The agent of this run is not there any more.' });
  for (let conversation = input; ; ) {
    const result = await runToEnd(runner, agent, conversation, engine.task.signal);
    engine.task.signal.throwIfAborted();
    // What was put in while the last answer was written is read in another turn, which inserts it.
    const output = String(result.finalOutput ?? '');
    if (scope.id !== '') return scope.cutOff ? `${output}\n\n[${cutOffNote[scope.cutOff]}]` : output;
    if (!hasMoreToRead(engine, scope)) return output;
    conversation = result.history;
    agent = result.lastAgent ?? agent;
  }
}

/** For whoever asked a delegate. */
const cutOffNote: Record<CutOff, string> = {
  max_tokens: 'The answer was cut off here: it got longer than the model may write.',
  content_filter: 'The answer was cut off here by the rules on content of the provider.',
};

async function runToEnd(runner: Runner, agent: SdkAgent, input: AgentInputItem[], signal: AbortSignal) {
  const result = await runner.run(agent, input, { stream: true, maxTurns: null, signal });
  for await (const _ of result) {
    // Model and tools tell what happens; reading the stream only drives the run.
  }
  await result.completed;
  if (result.error) throw result.error;
  return result;
}

const hasMoreToRead = ({ task }: Engine, { id, turn }: Scope): boolean =>
  task.journal.steered(turn) !== undefined || (!task.journal.model(id, turn + 1) && task.steers().length > 0);

/** The agents of a run as the SDK knows them. Edges may form circles, so that they are tied when all are there. */
function createAgents(engine: Engine, scope: Scope): Map<AgentId, SdkAgent> {
  const { agents } = engine.task.prepared;
  const known = new Map(agents.map((agent) => [agent.id, agent]));
  const made = new Map(agents.map((agent) => [agent.id, createAgent(engine, scope, agent, known)]));
  for (const agent of agents) {
    const sdkAgent = made.get(agent.id);
    if (sdkAgent) sdkAgent.handoffs = handoffsOf(engine, scope, agent, known, made);
  }
  return made;
}

type Known = ReadonlyMap<AgentId, PreparedAgent>;
const reachable = (ids: readonly AgentId[], known: Known): PreparedAgent[] => ids.flatMap((id) => known.get(id) ?? []);

function createAgent(engine: Engine, scope: Scope, agent: PreparedAgent, known: Known): SdkAgent {
  const calling = { engine, scope, agent };
  const own = agent.tools.flatMap(({ name, policy }) => {
    const tool = engine.tools.find((candidate) => candidate.name === name);
    return tool ? [offerOwnTool(calling, tool, policy)] : [];
  });
  const taken = new Set(own.map(({ name }) => name));
  const delegates = reachable(agent.delegates, known).map((delegate) =>
    offerTool(calling, delegateTool(delegate, taken), (call) => delegateTo(engine, scope, delegate, call), true),
  );
  return new SdkAgent({
    name: agent.name,
    instructions: agent.instructions,
    model: createScopeModel(engine, scope, agent),
    modelSettings: toSdkSettings(agent.model, agent.settings),
    tools: [...own, ...delegates],
  });
}

function handoffsOf(
  { tell }: Engine,
  scope: Scope,
  agent: PreparedAgent,
  known: Known,
  made: ReadonlyMap<AgentId, SdkAgent>,
) {
  const taken = new Set<string>();
  return reachable(agent.handoffs, known).flatMap((target) => {
    const sdkAgent = made.get(target.id);
    if (!sdkAgent) return [];
    return handoff(sdkAgent, {
      toolNameOverride: agentToolName('transfer_to', target.name, taken),
      toolDescriptionOverride: `Hands the conversation over to ${target.name}. ${target.description}`.trim(),
      onHandoff() {
        const { handoff: asked } = scope;
        if (asked)
          tell({ type: 'handed_over', key: asked.key, toAgentId: target.id, ...authorIn(scope, asked.agentId) });
      },
    });
  });
}

const Task = z.object({ task: z.string().describe('What is to be done, with all that is needed to do it.') });

const delegateTool = ({ name, description }: PreparedAgent, taken: Set<string>) => ({
  name: agentToolName('ask', name, taken),
  description: `Asks ${name} to do a piece of work, and gives back the answer. ${description}`.trim(),
  parameters: Task,
});

/**
 * The delegate works within the same run: its models and tools have the run's journal, limits and budgets. When its model fails, its
 * caller is told so and may do without; what befalls the run itself ends it.
 */
async function delegateTo(
  engine: Engine,
  scope: Scope,
  delegate: PreparedAgent,
  call: { key: string; arguments: string },
): Promise<Result> {
  const parsed = Task.safeParse(JSON.parse(call.arguments));
  if (!parsed.success) return { ok: false, output: 'The arguments are not valid: give the task as a text.' };
  if (scope.depth >= deepestDelegation) {
    return { ok: false, output: `Not done: agents may ask each other only ${deepestDelegation} levels deep.` };
  }
  engine.tell({ type: 'tool_started', key: call.key });
  const input: AgentInputItem[] = [{ role: 'user', content: parsed.data.task }];
  try {
    const output = await runScope(engine, { id: call.key, depth: scope.depth + 1, agentId: delegate.id, input });
    return { ok: true, output };
  } catch (error) {
    if (engine.task.signal.aborted) throw error;
    if (error instanceof ModelRefusalError) return { ok: false, output: `${delegate.name} refused: ${error.refusal}` };
    const { code, message } = toRunError(error, `The model of ${delegate.name}`);
    if (!code.startsWith('model_')) throw error;
    return { ok: false, output: `${delegate.name} could not answer. ${message}` };
  } finally {
    engine.scopes.close(call.key);
  }
}
