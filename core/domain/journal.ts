import * as z from 'zod';
import { defaultRunLimits, ModelSettings, RunLimits } from '../protocol/agent.ts';
import { CredentialOrigin } from '../protocol/credential.ts';
import { AgentId, ItemId, RunId, Timestamp } from '../protocol/ids.ts';
import { BlobRef, CutOff } from '../protocol/item.ts';
import { Usage } from '../protocol/run.ts';
import { ToolPolicy } from '../protocol/tool-policy.ts';
import { stored } from './stored.ts';

/** A tool as an agent had it when the run began. */
export const PreparedTool = z.object({
  name: z.string(),
  policy: ToolPolicy,
});
export type PreparedTool = z.infer<typeof PreparedTool>;

/** An agent as the run keeps to it, whatever becomes of it meanwhile. */
export const PreparedAgent = z.object({
  id: AgentId,
  version: z.number(),
  name: z.string(),
  description: z.string(),
  /** The whole prompt, assembled. */
  instructions: z.string(),
  /** `provider/model`, resolved. */
  model: z.string(),
  settings: ModelSettings,
  tools: z.array(PreparedTool),
  handoffs: z.array(AgentId),
  delegates: z.array(AgentId),
  limits: RunLimits.default(defaultRunLimits),
  /** Tools that this agent may use without asking this person again. */
  granted: z.array(z.string()).default([]),
});
export type PreparedAgent = z.infer<typeof PreparedAgent>;

/** Which items the model was given to read. */
export const HistoryPointer = z.object({
  firstItemId: ItemId.nullable(),
  lastItemId: ItemId.nullable(),
  count: z.number(),
  hash: z.string(),
});
export type HistoryPointer = z.infer<typeof HistoryPointer>;

/** Everything that a run is decided by, fixed when it first begins. */
export const Prepared = z.object({
  agentId: AgentId,
  /** The run's agent and whom it can reach by handing over or delegating. */
  agents: z.array(PreparedAgent),
  history: HistoryPointer,
  /** What the prompt says the time is. */
  at: Timestamp,
});
export type Prepared = z.infer<typeof Prepared>;

const entry = <Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.object({ type: z.literal(type), ...shape });

/** A text as it was shown while the model wrote it. */
export const SaidPart = z.object({
  type: z.enum(['message', 'reasoning']),
  text: z.string(),
  /** Of the last part: the model would have said more. */
  cutOff: CutOff.optional(),
});
export type SaidPart = z.infer<typeof SaidPart>;

/** A model's whole answer, as the agent runner gives and takes it; nothing but the runner reads `output`. */
export const ModelResponse = z.object({
  id: z.string().optional(),
  output: z.array(z.record(z.string(), z.unknown())),
  providerData: z.record(z.string(), z.unknown()).optional(),
  usage: Usage,
});
export type ModelResponse = z.infer<typeof ModelResponse>;

const inScope = {
  /** Who does it: '' for the run's own agent, for a delegate the key of the call that asked it. */
  scope: z.string(),
};

const ofCall = {
  ...inScope,
  /** Names the call within the run; see `callKey`. */
  callKey: z.string(),
};

const ofQuestion = {
  ...inScope,
  turn: z.number(),
  agentId: AgentId,
  model: z.string(),
};

/**
 * What a run must never do twice. Its form is stored: later versions must be able to read it.
 * A fence (`began`) stands before everything that an attempt writes.
 */
export const JournalEntry = stored(
  z.discriminatedUnion('type', [
    /** The first one says what the run is; `resumes` names a run whose entries are to be read before this one's. */
    entry('began', { owner: z.string(), prepared: Prepared.optional(), resumes: RunId.optional() }),
    /**
     * A model is being asked, and is paid from here on: whatever comes of it stands behind, as `model` or `cut`. Where nothing does,
     * its worker has died, and `inputTokens` are what the prompt is taken to have cost.
     */
    entry('asked', {
      ...ofQuestion,
      inputTokens: z.number(),
      /** Whose key it is asked with; none for a model that needs none. */
      keyOf: CredentialOrigin.optional(),
      at: Timestamp,
    }),
    /** The answer broke off, or was none. What it took, by the provider or as an estimate; nothing if the provider refused it. */
    entry('cut', { ...ofQuestion, usage: Usage, isEstimate: z.boolean(), at: Timestamp }),
    entry('model', {
      ...ofQuestion,
      requestHash: z.string(),
      response: ModelResponse,
      /** The provider has not said what it took. */
      isEstimate: z.boolean().optional(),
      said: z.array(SaidPart),
      at: Timestamp,
    }),
    entry('tool_started', {
      ...ofCall,
      tool: z.string(),
      argumentsHash: z.string(),
      idempotent: z.boolean(),
      at: Timestamp,
    }),
    entry('tool_done', {
      ...ofCall,
      ok: z.boolean(),
      /** What the model is told, whole. */
      output: z.string(),
      durationMs: z.number(),
      /** Where the whole output is kept for people, when it is too long for an event. */
      blob: BlobRef.optional(),
      at: Timestamp,
    }),
    /** Messages that were put into the run under way: read from the request after this turn on. */
    entry('steered', {
      afterTurn: z.number(),
      messages: z.array(z.object({ itemId: ItemId, text: z.string() })),
      at: Timestamp,
    }),
  ]),
);
export type JournalEntry = z.infer<typeof JournalEntry>;

/** An entry in its place. */
export const JournalRecord = stored(
  z.object({
    v: z.literal(1),
    index: z.number().int().nonnegative(),
    attempt: z.number().int().positive(),
    entry: JournalEntry,
  }),
);
export type JournalRecord = z.infer<typeof JournalRecord>;

/** A call of a tool by its place in the run: the scope, the turn that asked for it, and which of that turn's calls it is. */
export const callKey = (scope: string, turn: number, index: number): string =>
  `${scope === '' ? '' : `${scope}/`}${turn}.${index}`;

type EntryOf<Type extends JournalEntry['type']> = Extract<JournalEntry, { type: Type }>;
export type ModelEntry = EntryOf<'model'>;
export type ToolDoneEntry = EntryOf<'tool_done'>;
export type SteeredEntry = EntryOf<'steered'>;

/** Journal entries, found by what they are about. */
export interface JournalIndex {
  model(scope: string, turn: number): ModelEntry | undefined;
  /** How often a model was asked this. */
  asks(scope: string, turn: number): number;
  /** Whether this model was ever asked anything. */
  hasAsked(model: string): boolean;
  /** How often the call was begun, and how it ended. */
  tool(key: string): { readonly started: number; readonly done: ToolDoneEntry | undefined };
  steered(afterTurn: number): SteeredEntry | undefined;
  readonly prepared: Prepared | undefined;
  add(entry: JournalEntry): void;
}

export function createJournalIndex(entries: Iterable<JournalEntry>): JournalIndex {
  const models = new Map<string, ModelEntry>();
  const asks = new Map<string, number>();
  const askedModels = new Set<string>();
  const started = new Map<string, number>();
  const done = new Map<string, ToolDoneEntry>();
  const steered = new Map<number, SteeredEntry>();
  let prepared: Prepared | undefined;
  const turnKey = (scope: string, turn: number) => `${scope}#${turn}`;

  const add = (added: JournalEntry): void => {
    switch (added.type) {
      case 'began':
        prepared ??= added.prepared;
        return;
      case 'asked': {
        const key = turnKey(added.scope, added.turn);
        asks.set(key, (asks.get(key) ?? 0) + 1);
        askedModels.add(added.model);
        return;
      }
      case 'cut':
        return;
      case 'model':
        models.set(turnKey(added.scope, added.turn), added);
        askedModels.add(added.model);
        return;
      case 'tool_started':
        started.set(added.callKey, (started.get(added.callKey) ?? 0) + 1);
        return;
      case 'tool_done':
        done.set(added.callKey, added);
        return;
      case 'steered':
        steered.set(added.afterTurn, added);
        return;
    }
  };
  for (const each of entries) add(each);

  return {
    model: (scope, turn) => models.get(turnKey(scope, turn)),
    asks: (scope, turn) => asks.get(turnKey(scope, turn)) ?? 0,
    hasAsked: (model) => askedModels.has(model),
    tool: (key) => ({ started: started.get(key) ?? 0, done: done.get(key) }),
    steered: (afterTurn) => steered.get(afterTurn),
    get prepared() {
      return prepared;
    },
    add,
  };
}

export const modelCallId = (scope: string, turn: number): string => `${scope === '' ? '' : `${scope}/`}${turn}`;
