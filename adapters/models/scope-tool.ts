import { tool as sdkTool } from '@openai/agents';
import { needsApproval } from '#core/domain/approval-policy.ts';
import type { PreparedAgent, ToolDoneEntry } from '#core/domain/journal.ts';
import type { WaitAnswer } from '#core/domain/run-wait.ts';
import { blobIdOf, blobKey, boundedOutput, previewOf } from '#core/domain/tool-output.ts';
import type { WaitRequest } from '#core/ports/agent-runner.ts';
import { timestamp } from '#core/ports/clock.ts';
import type { ServerTool, Tool } from '#core/ports/tool.ts';
import { noTracer } from '#core/ports/tracer.ts';
import type { Decider, ToolPolicy } from '#core/protocol/tool-policy.ts';
import { RunFailure, toRunError } from './model-error.ts';
import { hashOf } from './request-hash.ts';
import type { Engine } from './run-engine.ts';
import type { FunctionCall, Scope } from './scope.ts';
import { tellToolCall } from './tell-calls.ts';

export interface Result {
  readonly ok: boolean;
  readonly output: string;
  /** The call was stopped in the middle: nobody knows what it did, and the journal must not say that it is done. */
  readonly isCutOff?: boolean;
}

/** What every tool of a scope needs: who calls it, and from where. */
export interface Calling {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly agent: PreparedAgent;
}

/**
 * Puts a tool before the SDK whose calls are carried out by `carryOut`, unless the journal has their result. The result is
 * in the journal before anybody sees it. An error of `carryOut` ends the run. With `tellsItsOwn` it is carried out in any
 * case: what it does has journal entries of its own, and steps that have to be told again.
 */
export function offerTool(
  { engine, scope }: Calling,
  description: Pick<Tool, 'name' | 'description' | 'parameters'>,
  carryOut: (call: FunctionCall) => Promise<Result & { durationMs?: number }>,
  tellsItsOwn = false,
) {
  const { name, parameters } = description;
  const offered = sdkTool({ name, description: description.description, parameters, execute: () => '' });

  async function resultOf(call: FunctionCall): Promise<ToolDoneEntry & Pick<Result, 'isCutOff'>> {
    const { done } = engine.task.journal.tool(call.key);
    if (done && !tellsItsOwn) return done;
    const { ok, output, durationMs = 0, isCutOff } = await carryOut(call);
    if (done) return done;
    const kept = await keepOutput(engine, call.key, boundedOutput(output));
    const at = timestamp(engine.now());
    const entry = { type: 'tool_done' as const, scope: scope.id, callKey: call.key, ok, durationMs, at, ...kept };
    if (isCutOff) return { ...entry, isCutOff };
    await engine.journal(entry);
    return entry;
  }

  offered.invoke = async (_context, _input, details) => {
    const call = scope.calls.find(({ callId }) => callId === details?.toolCall?.callId);
    if (!call) return engine.breakOff(new Error(`the SDK calls ${name} without having been asked to`));
    try {
      const { ok, output, durationMs, blob, isCutOff } = await resultOf(call);
      const { runId } = engine.task.context;
      engine.tell({
        type: 'tool_ended',
        key: call.key,
        ok,
        durationMs,
        ...previewOf(output, blobIdOf(runId, call.key)),
        // It is where the run that made the call put it, which may be the one that this run resumes.
        ...(blob && { blob }),
        ...(isCutOff && { isCutOff }),
      });
      engine.toolsAtWork.end(call.key);
      engine.scopes.done(scope.id, call.key);
      return output;
    } catch (error) {
      if (!(error instanceof RunFailure || engine.task.signal.aborted)) engine.onError(error);
      return engine.fail(toRunError(error, 'The model'));
    }
  };
  return offered;
}

/** Keeps a long output whole for people, beside the events. */
async function keepOutput(
  engine: Engine,
  key: string,
  output: string,
): Promise<Pick<ToolDoneEntry, 'output' | 'blob'>> {
  const { runId, threadId } = engine.task.context;
  const { blob } = previewOf(output, blobIdOf(runId, key));
  if (!blob) return { output };
  await engine.blobs.put(blobKey(threadId, blob.id), output).catch(engine.breakOff);
  return { output, blob };
}

/** A tool of the platform, under the policy that the agent had when the run began. */
export function offerOwnTool(calling: Calling, own: Tool, policy: ToolPolicy) {
  return offerTool(calling, own, async (call) => {
    const parsed = own.parameters.safeParse(JSON.parse(call.arguments));
    if (!parsed.success) {
      const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
      return { ok: false, output: `The arguments are not valid: ${wrong}` };
    }
    const refused = await refusalOf(calling, own, policy, call, parsed.data);
    if (refused) return refused;
    return own.kind === 'client' ? askClient(calling, own, call) : execute(calling, own, call, parsed.data);
  });
}

/** Waits until a person has approved the call, where one has to. What was not approved has its refusal as the result, and is never carried out. */
async function refusalOf(
  calling: Calling,
  { name }: Tool,
  policy: ToolPolicy,
  call: FunctionCall,
  args: unknown,
): Promise<Result | null> {
  const { engine, agent } = calling;
  if (policy.approval === 'never' || !needsApproval(policy, args)) return null;
  const answer = engine.task.answerTo('tool_call', call.key);
  if (!answer) {
    // A grant speaks for calls that nobody has answered, never against what was said to this very one.
    if (engine.task.isGranted(agent.id, name)) return null;
    const message = `${agent.name} asks to use ${name}.`;
    return ask(calling, call, { kind: 'tool_call', callId: call.key, message, ...policy });
  }
  if (answer.type === 'expired') {
    return { ok: false, output: 'Nobody approved this call in time. It was not carried out.' };
  }
  if (answer.type === 'decision' && answer.decision.decision === 'approve') return null;
  const reason =
    answer.type === 'decision' && answer.decision.decision === 'reject' ? answer.decision.reason : undefined;
  return { ok: false, output: `This call was rejected${reason ? `: ${reason}` : '.'} It was not carried out.` };
}

type Question = Pick<WaitRequest, 'kind' | 'callId' | 'message' | 'expiresInSeconds'> & { decider: Decider };

function ask({ engine, scope, agent }: Calling, call: FunctionCall, question: Question): Promise<never> {
  const { kind, callId, message, decider, expiresInSeconds } = question;
  const about = { key: call.key, name: call.name, arguments: call.arguments };
  return engine.waitFor(scope.id, { kind, callId, agentId: agent.id, call: about, message, decider, expiresInSeconds });
}

/** Waits until a client has carried the call out. */
async function askClient(
  calling: Calling,
  { name, expiresInSeconds }: Extract<Tool, { kind: 'client' }>,
  call: FunctionCall,
): Promise<Result> {
  const { engine, agent } = calling;
  const answer = engine.task.answerTo('client_tool', call.key);
  if (!answer) {
    const message = `${agent.name} uses ${name}.`;
    const decider = 'requester_or_admin' as const;
    return ask(calling, call, { kind: 'client_tool', callId: call.key, message, decider, expiresInSeconds });
  }
  if (answer.type !== 'output' || !answer.result) return { ok: false, output: 'Nobody answered in time.' };
  const { output, error } = answer.result;
  return error === undefined ? { ok: true, output: output ?? '' } : { ok: false, output: error };
}

/** A call that was begun before and has no result was cut off. If it must not be repeated, a person says what became of it. */
async function execute(calling: Calling, own: ServerTool, call: FunctionCall, args: unknown) {
  const { engine, scope, agent } = calling;
  const { started } = engine.task.journal.tool(call.key);
  if (started > 0 && !own.idempotent) {
    const settled = await settleInterrupted(calling, call, started);
    if (settled) return settled;
  }
  await engine.journal({
    type: 'tool_started',
    scope: scope.id,
    callKey: call.key,
    tool: own.name,
    argumentsHash: hashOf(args),
    idempotent: own.idempotent,
    at: timestamp(engine.now()),
  });
  engine.tell({ type: 'tool_started', key: call.key });
  engine.toolsAtWork.begin(call);
  const startedAtMs = performance.now();
  const { runId } = engine.task.context;
  const callId = `${engine.task.rootRunId ?? runId}/${call.key}`;
  const context = { ...engine.task.context, agentId: agent.id, callId, signal: engine.task.signal };
  const about = { runId, callId, tool: own.name, agentId: agent.id };
  const result = await (engine.tracer ?? noTracer).span('tool', about, () => attempt(own, args, context));
  const done = { ...result, durationMs: Math.round(performance.now() - startedAtMs) };
  tellToolCall(engine, { callId, tool: own.name, agentId: agent.id }, done);
  return done;
}

async function settleInterrupted(calling: Calling, call: FunctionCall, started: number): Promise<Result | null> {
  const { engine } = calling;
  const callId = started === 1 ? call.key : `${call.key}#${started}`;
  const answer: WaitAnswer | undefined = engine.task.answerTo('interrupted_call', callId);
  if (!answer) {
    const message = `${call.name} was cut off while it worked. It may have had its effect or not; what shall be done?`;
    return ask(calling, call, {
      kind: 'interrupted_call',
      callId,
      message,
      decider: 'requester_or_admin',
      expiresInSeconds: 7 * 86_400,
    });
  }
  if (answer.type === 'decision' && answer.decision.decision === 'run_again') return null;
  if (answer.type === 'decision' && answer.decision.decision === 'skip') {
    return { ok: true, output: answer.decision.output };
  }
  const message = `The run was ended after its call of ${call.name} had been cut off.`;
  throw new RunFailure({ code: 'call_interrupted', message });
}

const cutOff = 'It was stopped before it had ended. It may have had its effect or not.';

async function attempt(own: ServerTool, args: unknown, context: Parameters<ServerTool['execute']>[1]): Promise<Result> {
  try {
    return { ok: true, output: await own.execute(args, context) };
  } catch (error) {
    if (context.signal.aborted) return { ok: false, output: cutOff, isCutOff: true };
    // The model reads this and may do better; a person sees it in the tool card.
    return { ok: false, output: `The tool failed: ${error instanceof Error ? error.message : String(error)}` };
  }
}
