import type { ModelRequest } from '@openai/agents';
import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { JournalEntry } from '#core/domain/journal.ts';
import type { WaitAnswer } from '#core/domain/run-wait.ts';
import type { AgentStep, AgentTask, RunEnd, SteerMessage, WaitRequest } from '#core/ports/agent-runner.ts';
import {
  newId,
  newUserId,
  samplePrepared,
  samplePreparedAgent,
  sampleRunJournal,
} from '#core/ports/samples.contract.ts';
import type { ServerTool, Tool } from '#core/ports/tool.ts';
import { createMemoryBlobStore } from '../memory/memory-blob-store.ts';
import { createOpenAiAgentRunner } from './openai-agent-runner.ts';
import { call, createModel, plainDeps, sampleTask, type Turn, text, userMessage } from './testing.ts';

/** What a conversation holds: texts by role, and the outputs of tools. */
const seen = ({ input }: ModelRequest): string[] =>
  (typeof input === 'string' ? [] : input).flatMap((item) => {
    if (item.type === 'function_call_result') {
      const output: unknown = item.output;
      return [`=${typeof output === 'string' ? output : JSON.stringify(output)}`];
    }
    if ('role' in item && typeof item.content === 'string') return [item.content];
    return [];
  });
const resultsIn = (request: ModelRequest): number => seen(request).filter((line) => line.startsWith('=')).length;

const asked = { decider: 'requester_or_admin' as const, expiresInSeconds: 600 };
const never = { approval: 'never' as const };
const always = { approval: 'always' as const, ...asked };

/** Tools with an outside effect that is counted. */
function createTools() {
  const effects: string[] = [];
  const server = (name: string, idempotent: boolean, policy: Tool['policy'] = never): ServerTool => ({
    kind: 'server',
    name,
    description: name,
    parameters: z.object({ of: z.string() }),
    idempotent,
    policy,
    async execute(args, { callId }) {
      const { of } = z.object({ of: z.string() }).parse(args);
      effects.push(`${name} ${of} ${callId.split('/').slice(1).join('/')}`);
      return `${name} of ${of}`;
    },
  });
  const tools: Tool[] = [
    server('look', true),
    server('charge', false, always),
    server('count', false),
    {
      kind: 'client',
      name: 'theme',
      description: 'theme',
      parameters: z.object({ of: z.string() }),
      expiresInSeconds: 60,
    },
  ];
  return { tools, effects };
}

/** Ada hands over to Bo, who asks Cy. */
function createAgents() {
  const tools = ['look', 'charge', 'count', 'theme'];
  const cy = samplePreparedAgent({
    name: 'Cy',
    instructions: 'cy',
    tools: tools.map((name) => ({ name, policy: name === 'charge' ? always : never })),
  });
  const bo = { ...cy, id: newId('agt'), name: 'Bo', instructions: 'bo', delegates: [cy.id] };
  const ada = { ...cy, id: newId('agt'), name: 'Ada', instructions: 'ada', handoffs: [bo.id], delegates: [] };
  return { ada, bo, cy };
}

/** Everything in one run: parallel tools, a handoff, an approval beside a client tool, a delegate with an approval of its own. */
const script: Turn = (request) => {
  const results = resultsIn(request);
  switch (request.systemInstructions) {
    case 'ada':
      if (results === 0)
        return [...text('I look twice. '), call('a', 'look', { of: 'x' }), call('a2', 'look', { of: 'y' })];
      return [call('h', 'transfer_to_bo')];
    case 'bo':
      if (results === 3) return [call('b', 'charge', { of: 'card' }), call('b2', 'theme', { of: 'dark' })];
      if (results === 5) return [call('d', 'ask_cy', { task: 'do it' }), call('d2', 'count', { of: 'sheep' })];
      return text(`Done: ${seen(request).at(-2)} and ${seen(request).at(-1)}.`);
    default:
      if (results === 0) return [...text('Let me pay. '), call('b', 'charge', { of: 'cash' })];
      return text('Cy is done.');
  }
};

const approve: WaitAnswer = { type: 'decision', decision: { decision: 'approve', scope: 'once' }, by: newUserId() };
const byKind = ({ kind }: WaitRequest): WaitAnswer => {
  if (kind === 'client_tool') return { type: 'output', result: { output: 'it is dark' }, by: newUserId() };
  if (kind === 'interrupted_call') return { type: 'decision', decision: { decision: 'run_again' }, by: newUserId() };
  return approve;
};

interface RunOptions {
  readonly turn?: Turn;
  readonly answer?: (wait: WaitRequest) => WaitAnswer;
  readonly task?: Partial<AgentTask>;
  /** Called before each append; throws to break the attempt off. */
  readonly refuse?: (entry: JournalEntry) => void;
}

/** A run, with all that outlives its attempts. */
function createRun({ turn = script, answer = byKind, task = {}, refuse }: RunOptions = {}) {
  const { ada, bo, cy } = createAgents();
  const { tools, effects } = createTools();
  const { model, asked: requests } = createModel(turn);
  const entries: JournalEntry[] = [];
  const answers = new Map<string, WaitAnswer>();
  const waits: WaitRequest[] = [];
  const base = sampleTask({ history: [userMessage('Go')], ...task });
  const prepared = task.prepared ?? samplePrepared(ada, bo, cy);
  const blobs = createMemoryBlobStore();

  /** One attempt: what it told, and how it ended. */
  async function attempt(
    more: Partial<AgentTask> = {},
    refused = refuse,
  ): Promise<{ steps: AgentStep[]; end: RunEnd }> {
    const runner = createOpenAiAgentRunner({ ...plainDeps(), tools, blobs, findModel: () => model });
    const steps: AgentStep[] = [];
    const current: AgentTask = {
      ...base,
      prepared,
      journal: sampleRunJournal(entries, refused),
      answerTo: (kind, callId) => answers.get(`${kind} ${callId}`),
      ...more,
    };
    for await (const step of runner.run(current)) steps.push(step);
    const last = steps.at(-1);
    if (last?.type !== 'ended') throw new Error('the run has no end');
    if (last.result.status === 'waiting') {
      for (const wait of last.result.waits) {
        waits.push(wait);
        answers.set(`${wait.kind} ${wait.callId}`, answer(wait));
      }
    }
    return { steps, end: last.result };
  }

  /** Attempts until the run needs nothing more. */
  async function toEnd(more: Partial<AgentTask> = {}) {
    for (let count = 1; ; count += 1) {
      const { steps, end } = await attempt(more);
      if (end.status !== 'waiting' || count > 10) return { steps, end, attempts: count };
    }
  }

  return { attempt, toEnd, entries, effects, requests, waits, blobs, prepared };
}

const withoutTimes = (steps: readonly AgentStep[]) =>
  steps
    .filter(({ type }) => type !== 'text' && type !== 'tool_started')
    .map((step) => ('durationMs' in step ? { ...step, durationMs: 0 } : step));
const textIn = (steps: readonly AgentStep[]) =>
  steps.flatMap((step) => (step.type === 'text' ? [`${step.key} ${step.text}`] : []));
/** The texts by key, whole, whatever the pieces. */
const texts = (steps: readonly AgentStep[]) => {
  const whole = new Map<string, string>();
  for (const step of steps) if (step.type === 'text') whole.set(step.key, (whole.get(step.key) ?? '') + step.text);
  return Object.fromEntries(whole);
};

describe('a run that is not disturbed', () => {
  let run: ReturnType<typeof createRun>;

  beforeEach(() => {
    run = createRun();
  });

  it('does everything once, with a pause for what it needs', async () => {
    const { end, attempts } = await run.toEnd();

    expect(end).toEqual({ status: 'completed' });
    expect(attempts).toBe(3);
    expect(run.effects).toEqual([
      'look x 1.0',
      'look y 1.1',
      'charge card 3.0',
      'count sheep 4.1',
      'charge cash 4.0/1.0',
    ]);
    expect(run.requests).toHaveLength(7);
    expect(run.waits.map(({ kind, callId, call: of }) => [kind, callId, of?.name])).toEqual([
      ['tool_call', '3.0', 'charge'],
      ['client_tool', '3.1', 'theme'],
      ['tool_call', '4.0/1.0', 'charge'],
    ]);
  });

  it('has in its journal each answer before its calls, and each call before its result', async () => {
    await run.toEnd();

    const told = run.entries.map((entry) =>
      entry.type === 'model'
        ? `${entry.scope}#${entry.turn}`
        : 'callKey' in entry
          ? `${entry.type} ${entry.callKey}`
          : '',
    );
    expect(told.filter((line) => line.includes('#'))).toEqual(['#1', '#2', '#3', '#4', '4.0#1', '4.0#2', '#5']);
    expect(told.indexOf('tool_started 3.0')).toBeGreaterThan(told.indexOf('#3'));
    expect(told.indexOf('tool_done 3.0')).toBeGreaterThan(told.indexOf('tool_started 3.0'));
  });

  it('tells the whole story in its last attempt, and the same again when it is taken up after its end', async () => {
    const { steps } = await run.toEnd();
    const before = { effects: [...run.effects], requests: run.requests.length, entries: run.entries.length };

    const again = await run.attempt();

    // What goes on at the same time may be told in another order.
    expect(new Set(withoutTimes(again.steps))).toEqual(new Set(withoutTimes(steps)));
    expect(texts(again.steps)).toEqual(texts(steps));
    expect({ effects: run.effects, requests: run.requests.length, entries: run.entries.length }).toEqual(before);
  });

  it('says who does what, and under which call', async () => {
    const { steps } = await run.toEnd();

    const { ada, bo } = { ada: run.prepared.agents[0]?.id, bo: run.prepared.agents[1]?.id };
    expect(steps.filter(({ type }) => type === 'handed_over')).toEqual([
      { type: 'handed_over', key: '2.0', agentId: ada, toAgentId: bo },
    ]);
    expect(steps.filter((step) => 'parent' in step).map((step) => ('key' in step ? step.key : ''))).toEqual([
      '4.0/1:0',
      '4.0/1.0',
      '4.0/2:0',
    ]);
    expect(texts(steps)['5:0']).toMatch(/^Done: =.*Cy is done.*count of sheep/);
  });
});

describe('a run that is cut off', () => {
  class Killed extends Error {}

  it('ends the same and does nothing twice, wherever it was cut off before an entry', async () => {
    const undisturbed = createRun();
    const { steps } = await undisturbed.toEnd();

    for (let fatal = 0; fatal < undisturbed.entries.length; fatal += 1) {
      let left = fatal;
      const run = createRun({
        refuse: () => {
          if (left === 0) throw new Killed();
          left -= 1;
        },
      });
      await run.toEnd().catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
      });
      left = Number.POSITIVE_INFINITY;
      const resumed = await run.toEnd();

      expect(resumed.end).toEqual({ status: 'completed' });
      expect(texts(resumed.steps)).toEqual(texts(steps));
      expect([...new Set(run.effects)].sort()).toEqual([...undisturbed.effects].sort());
      // Only what was cut off between its beginning and its result may come twice, and then a person was asked.
      const twice = run.effects.filter((effect, index) => run.effects.indexOf(effect) !== index);
      const interrupted = run.waits.filter(({ kind }) => kind === 'interrupted_call');
      for (const effect of twice) {
        if (effect.startsWith('look')) continue;
        expect(interrupted.some(({ callId }) => effect.endsWith(` ${callId}`))).toBe(true);
      }
      expect(run.requests.length).toBeLessThanOrEqual(undisturbed.requests.length + 1);
    }
  }, 60_000);

  it('ends as the undisturbed one from every beginning of its journal', async () => {
    const undisturbed = createRun();
    const { steps } = await undisturbed.toEnd();

    for (let kept = 0; kept <= undisturbed.entries.length; kept += 1) {
      const run = createRun({ task: { prepared: undisturbed.prepared } });
      run.entries.push(...undisturbed.entries.slice(0, kept));

      const resumed = await run.toEnd();

      expect(resumed.end).toEqual({ status: 'completed' });
      expect(texts(resumed.steps)).toEqual(texts(steps));
      const answers = run.entries.filter(({ type }) => type === 'model').length;
      expect(answers).toBe(undisturbed.requests.length);
    }
  }, 60_000);

  it('asks a person about a call that must not be repeated, and does as they say', async () => {
    const started: JournalEntry[] = [];
    const run = createRun({
      turn: (request) => (resultsIn(request) === 0 ? [call('c', 'count', { of: 'one' })] : text('Fine.')),
      answer: () => ({ type: 'decision', decision: { decision: 'skip', output: 'it had been done' }, by: newUserId() }),
      refuse: (entry) => {
        if (entry.type === 'tool_done' && started.length === 0) {
          started.push(entry);
          throw new Killed();
        }
      },
    });
    await expect(run.attempt()).rejects.toThrow(Killed);

    const { end } = await run.toEnd();

    expect(end).toEqual({ status: 'completed' });
    expect(run.effects).toEqual(['count one 1.0']);
    expect(run.waits).toMatchObject([{ kind: 'interrupted_call', callId: '1.0' }]);
    expect(run.requests.at(-1) && seen(run.requests.at(-1) ?? undisturbedRequest)).toContain(
      '={"type":"text","text":"it had been done"}',
    );
  });

  it.each(['fail', 'expired'] as const)('fails when a call was cut off and the answer is %s', async (said) => {
    const run = createRun({
      turn: () => [call('c', 'count', { of: 'one' })],
      answer: () =>
        said === 'expired'
          ? { type: 'expired' }
          : { type: 'decision', decision: { decision: 'fail' }, by: newUserId() },
      refuse: (entry) => {
        if (entry.type === 'tool_done') throw new Killed();
      },
    });
    await expect(run.attempt()).rejects.toThrow(Killed);

    const { end } = await run.toEnd();

    expect(end).toMatchObject({ status: 'failed', error: { code: 'call_interrupted' } });
    expect(run.effects).toHaveLength(1);
  });

  it('repeats a call that may be repeated, under the same name', async () => {
    let kills = 1;
    const run = createRun({
      turn: (request) => (resultsIn(request) === 0 ? [call('c', 'look', { of: 'one' })] : text('Fine.')),
      refuse: (entry) => {
        if (entry.type === 'tool_done' && kills > 0) {
          kills -= 1;
          throw new Killed();
        }
      },
    });
    await expect(run.attempt()).rejects.toThrow(Killed);

    const { end } = await run.toEnd();

    expect(end).toEqual({ status: 'completed' });
    expect(run.effects).toEqual(['look one 1.0', 'look one 1.0']);
    expect(run.waits).toEqual([]);
  });

  it('repeats it under the same name in a run that resumes this one', async () => {
    const names: string[] = [];
    const look: ServerTool = {
      kind: 'server',
      name: 'look',
      description: 'look',
      parameters: z.object({ of: z.string() }),
      idempotent: true,
      execute: async (_args, { callId }) => String(names.push(callId)),
    };
    const { model } = createModel((request) =>
      resultsIn(request) === 0 ? [call('c', 'look', { of: 'one' })] : text('Fine.'),
    );
    const runner = createOpenAiAgentRunner({ ...plainDeps(), tools: [look], findModel: () => model });
    const first = sampleTask({ tools: ['look'] });
    const resuming = { ...sampleTask({ tools: ['look'] }), rootRunId: first.context.runId };

    for (const task of [first, resuming]) for await (const _ of runner.run(task));

    expect(names).toEqual([`${first.context.runId}/1.0`, `${first.context.runId}/1.0`]);
  });

  it('does nothing when what it would ask now is not what it asked before', async () => {
    const run = createRun();
    await run.attempt();
    const [ada, ...others] = run.prepared.agents;
    if (!ada) throw new Error('there is no agent');
    const before = { effects: run.effects.length, requests: run.requests.length, entries: run.entries.length };

    const { end } = await run.attempt({
      prepared: samplePrepared({ ...ada, instructions: 'ada, but other' }, ...others),
    });

    expect(end).toMatchObject({ status: 'failed', error: { code: 'replay_diverged' } });
    expect({ effects: run.effects.length, requests: run.requests.length, entries: run.entries.length }).toEqual(before);
  });
});

const undisturbedRequest: ModelRequest = {
  input: [],
  modelSettings: {},
  tools: [],
  handoffs: [],
  outputType: 'text',
  tracing: false,
};

describe('a call that needs approval', () => {
  const paying: Turn = (request) =>
    resultsIn(request) === 0
      ? [call('c', 'charge', { of: 'card' }), call('d', 'look', { of: 'x' })]
      : text(seen(request).slice(-2).join(' '));

  it('is not carried out when it was rejected, and the model reads why', async () => {
    const run = createRun({
      turn: paying,
      answer: () => ({ type: 'decision', decision: { decision: 'reject', reason: 'too much' }, by: newUserId() }),
    });

    const { end, steps } = await run.toEnd();

    expect(end).toEqual({ status: 'completed' });
    expect(run.effects).toEqual(['look x 1.1']);
    expect(Object.values(texts(steps)).join()).toContain('This call was rejected: too much');
    expect(steps).toContainEqual(expect.objectContaining({ type: 'tool_ended', key: '1.0', ok: false }));
  });

  it('is not carried out when nobody answered in time', async () => {
    const run = createRun({ turn: paying, answer: () => ({ type: 'expired' }) });

    await run.toEnd();

    expect(run.effects).toEqual(['look x 1.1']);
  });

  it.each([{ type: 'decision', decision: { decision: 'reject' }, by: newUserId() }, { type: 'expired' }] as const)(
    'is not carried out after $type, though another one was approved for the whole run',
    async (refusal) => {
      const run = createRun({
        turn: (request) =>
          resultsIn(request) === 0
            ? [call('c', 'charge', { of: 'a' }), call('d', 'charge', { of: 'b' })]
            : text(seen(request).slice(-2).join(' ')),
        answer: ({ callId }) => (callId === '1.0' ? refusal : approve),
      });
      await run.attempt();

      const { end } = await run.attempt({ isGranted: (_agent, tool) => tool === 'charge' });

      expect(end).toEqual({ status: 'completed' });
      expect(run.effects).toEqual(['charge b 1.1']);
    },
  );

  it('is carried out without a question when it was granted', async () => {
    const run = createRun({ turn: paying });

    const { end, attempts } = await run.toEnd({ isGranted: (_agent, tool) => tool === 'charge' });

    expect([end.status, attempts]).toEqual(['completed', 1]);
    expect(run.effects).toContain('charge card 1.0');
  });

  it('waits without the model being asked, and the other calls are done meanwhile', async () => {
    const run = createRun({ turn: paying });

    const { end, steps } = await run.attempt();

    expect(end).toMatchObject({
      status: 'waiting',
      waits: [{ kind: 'tool_call', callId: '1.0', decider: asked.decider }],
    });
    expect(run.effects).toEqual(['look x 1.1']);
    expect(run.requests).toHaveLength(1);
    expect(steps.filter(({ type }) => type === 'tool_started').map((step) => ('key' in step ? step.key : ''))).toEqual([
      '1.1',
    ]);
  });
});

describe('messages that are put into a run', () => {
  const message = (said: string): SteerMessage => ({ itemId: newId('itm'), text: said });

  it('are read at the next turn, and in every later request at the same place', async () => {
    const steer = message('Rather dark.');
    let known: SteerMessage[] = [];
    const run = createRun({
      turn: (request) => {
        if (resultsIn(request) === 0) {
          known = [steer];
          return [call('a', 'look', { of: 'x' })];
        }
        return resultsIn(request) === 1 ? [call('b', 'look', { of: 'y' })] : text(seen(request).join('|'));
      },
    });
    let seenLast: SteerMessage[] = [];
    const steers = () =>
      seenLast.filter(({ itemId }) => !run.entries.some((entry) => JSON.stringify(entry).includes(itemId)));
    const lookAgain = async () => {
      seenLast = known;
    };

    const { end, steps } = await run.toEnd({ steers, lookAgain });
    const requests = run.requests.length;
    seenLast = [];
    const again = await run.attempt({ steers, lookAgain });

    expect(end).toEqual({ status: 'completed' });
    expect(run.requests.map((request) => seen(request).map((line) => line.slice(0, 12)))).toEqual([
      ['Go'],
      ['Go', '={"type":"te', 'Rather dark.'],
      ['Go', '={"type":"te', 'Rather dark.', '={"type":"te'],
    ]);
    expect(texts(again.steps)).toEqual(texts(steps));
    expect(run.requests).toHaveLength(requests);
    const read = { type: 'steers_read', itemIds: [steer.itemId], turn: 2 };
    for (const told of [steps, again.steps]) expect(told.filter(({ type }) => type === 'steers_read')).toEqual([read]);
  });

  it('that come while the last answer is written are read in another turn', async () => {
    const steer = message('And another thing.');
    let known: SteerMessage[] = [];
    const run = createRun({
      turn: (request) => {
        known = [steer];
        return text(`Answer ${seen(request).length}.`);
      },
    });
    const steers = () =>
      known.filter(({ itemId }) => !run.entries.some((entry) => JSON.stringify(entry).includes(itemId)));

    const { end, steps } = await run.toEnd({ steers });
    const again = await run.attempt({ steers });

    expect(end).toEqual({ status: 'completed' });
    expect(run.requests.map(seen)).toMatchObject([['Go'], ['Go', 'And another thing.']]);
    expect(run.entries.map(({ type }) => type)).toEqual(['asked', 'model', 'steered', 'asked', 'model']);
    expect(texts(steps)).toEqual({ '1:0': 'Answer 1.', '2:0': 'Answer 2.' });
    expect(texts(again.steps)).toEqual(texts(steps));
  });
});

describe('a worker that is to stop', () => {
  it('leaves the run before its tools begin, and before a model is asked', async () => {
    let draining = false;
    const run = createRun({
      turn: (request) => {
        draining = true;
        return resultsIn(request) === 0 ? [call('a', 'count', { of: 'x' })] : text('Fine.');
      },
    });

    const first = await run.attempt({ isDraining: () => draining });
    const second = await run.attempt({ isDraining: () => run.effects.length > 0 });
    const third = await run.attempt();

    expect([first.end.status, second.end.status, third.end.status]).toEqual(['parked', 'parked', 'completed']);
    expect(run.effects).toEqual(['count x 1.0']);
    expect(run.requests).toHaveLength(2);
  });

  it('finishes an answer that calls nothing', async () => {
    let draining = false;
    const run = createRun({
      turn: () => {
        draining = true;
        return text('All done.');
      },
    });

    const { end } = await run.attempt({ isDraining: () => draining });

    expect(end).toEqual({ status: 'completed' });
  });

  it('waits for tools that are at work', async () => {
    let draining = false;
    const run = createRun({
      turn: (request) =>
        resultsIn(request) === 0 ? [call('a', 'look', { of: 'x' }), call('b', 'count', { of: 'y' })] : text('.'),
      refuse: (entry) => {
        if (entry.type === 'tool_started') draining = true;
      },
    });

    const { end } = await run.attempt({ isDraining: () => draining });

    expect(end).toEqual({ status: 'parked' });
    expect(run.entries.filter(({ type }) => type === 'tool_done')).toHaveLength(2);
  });
});

describe('the limits of a run', () => {
  it('count the turns of all its agents, and not those of a run that it resumes', async () => {
    const { ada, bo, cy } = createAgents();
    const limits = { ...ada.limits, maxTurns: 3 };
    const run = createRun({ task: { prepared: samplePrepared({ ...ada, limits }, bo, cy) } });

    const { end, steps } = await run.toEnd();

    expect(end).toMatchObject({ status: 'failed', error: { code: 'turn_limit' } });
    expect(steps).toContainEqual({ type: 'limit_reached', limit: 'turns', used: 3, max: 3 });
    expect(run.requests).toHaveLength(3);
  });

  it('count tokens, a delegate included', async () => {
    const { ada, bo, cy } = createAgents();
    const limits = { ...ada.limits, maxTokens: 75 };
    const run = createRun({ task: { prepared: samplePrepared({ ...ada, limits }, bo, cy) } });

    const { end, steps } = await run.toEnd();

    expect(end).toMatchObject({ status: 'failed', error: { code: 'token_limit' } });
    expect(steps).toContainEqual({ type: 'limit_reached', limit: 'tokens', used: 75, max: 75 });
  });
});

describe('what a tool gives back', () => {
  it('is kept whole beside the events when it is long, and the model reads it all', async () => {
    const long = 'ä'.repeat(20_000);
    const run = createRun({
      turn: (request) => (resultsIn(request) === 0 ? [call('a', 'look', { of: long })] : text('.')),
    });

    const { steps } = await run.toEnd();

    const ended = steps.find((step) => step.type === 'tool_ended');
    expect(ended).toMatchObject({ ok: true, blob: { bytes: 40_008 } });
    expect(ended?.type === 'tool_ended' && Buffer.byteLength(ended.output)).toBeLessThanOrEqual(16 * 1024);
    expect(seen(run.requests[1] ?? undisturbedRequest).at(-1)).toContain(long);
  });

  it('is found where the run that made the call has put it, by a run that resumes that one', async () => {
    const run = createRun({
      turn: (request) => (resultsIn(request) === 0 ? [call('a', 'look', { of: 'ä'.repeat(20_000) })] : text('.')),
    });
    const first = await run.toEnd();

    const { context } = sampleTask();
    const again = await run.attempt({ context });

    const blobsOf = (steps: readonly AgentStep[]) =>
      steps.flatMap((step) => (step.type === 'tool_ended' ? [step.blob] : []));
    expect(blobsOf(again.steps)).toEqual(blobsOf(first.steps));
  });
});

it('gives calls whose ids a model repeats ids of their own', async () => {
  const run = createRun({
    turn: (request) => (resultsIn(request) < 2 ? [call('call_0', 'look', { of: 'x' })] : text('.')),
  });

  const { end } = await run.toEnd();
  const again = await run.attempt();

  expect(end).toEqual({ status: 'completed' });
  expect(run.effects).toEqual(['look x 1.0', 'look x 2.0']);
  expect(again.end).toEqual({ status: 'completed' });
  expect(textIn(again.steps)).toHaveLength(1);
});
