import { AskUserArguments } from '#core/protocol/client-tools.ts';
import type { ItemId } from '#core/protocol/ids.ts';
import type { ToolCallItem } from '#core/protocol/item.ts';
import { isTerminal } from '#core/protocol/run.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import type { ThreadView } from '#core/protocol/thread-view.ts';
import { isRefusal } from '../http/call-error.ts';
import { themeCall } from './switch-theme.ts';
import type { Theme } from './theme.ts';

/** Carries out the calls that agents leave to the browser and that need nobody's answer. */
export interface ClientTools {
  /** Does what the thread waits for. A call is carried out once, however often it is seen. */
  look(view: ThreadView): void;
  /** Tries again what could not be answered: the connection is back, or somebody looks at the page again. */
  lookAgain(): void;
}

interface ClientToolsDeps {
  readonly setTheme: (theme: Theme) => void;
  /** Answers a call. Throws `CallError`. */
  readonly answer: (call: ToolCallItem, result: ClientToolOutput) => Promise<unknown>;
  /** Whether somebody looks at this page: of several, only such a one acts. */
  readonly isSeen: () => boolean;
  /** Does the work unless another tab of this browser is at it. */
  readonly alone: (name: string, work: () => Promise<void>) => Promise<void>;
}

export function createClientTools({ setTheme, answer, isSeen, alone }: ClientToolsDeps): ClientTools {
  const open = new Map<ItemId, ToolCallItem>();
  const busy = new Set<ItemId>();
  const answered = new Set<ItemId>();

  async function carryOut(call: ToolCallItem): Promise<void> {
    const result = resultOf(call, setTheme);
    if (!result) return;
    busy.add(call.id);
    try {
      await alone(`troupe.client-tool.${call.id}`, async () => {
        await answer(call, result);
      });
      answered.add(call.id);
    } catch (error) {
      // Somebody else was first, or nobody waits any more. Anything else is tried again at the next look.
      if (isRefusal(error, 'conflict', 'not_found', 'invalid_request', 'forbidden')) answered.add(call.id);
    } finally {
      busy.delete(call.id);
    }
  }

  function lookAgain(): void {
    if (!isSeen()) return;
    for (const call of open.values()) if (!busy.has(call.id) && !answered.has(call.id)) void carryOut(call);
  }

  return {
    look(view) {
      let news = false;
      for (const item of view.items) {
        if (item.type !== 'tool_call') continue;
        const run = view.runs[item.runId];
        if (!item.awaitsClient || !run || isTerminal(run.status)) open.delete(item.id);
        else if (!open.has(item.id)) {
          open.set(item.id, item);
          news = true;
        }
      }
      if (news) lookAgain();
    },
    lookAgain,
  };
}

/** What comes of a call without anybody being asked; null when it is for a person, or for another client. */
function resultOf(call: ToolCallItem, setTheme: (theme: Theme) => void): ClientToolOutput | null {
  switch (call.name) {
    case 'switch_theme': {
      const asked = themeCall(jsonOf(call.arguments));
      if ('error' in asked) return asked;
      // Before it is said to be done; doing it twice changes nothing.
      setTheme(asked.theme);
      return { output: `The theme is now ${asked.theme}.` };
    }
    case 'ask_user': {
      const questions = AskUserArguments.safeParse(jsonOf(call.arguments));
      if (questions.success) return null;
      return { error: `The questions could not be shown: ${questions.error.issues[0]?.message ?? 'wrong arguments'}.` };
    }
    default:
      return null;
  }
}

/** Arguments are what a model took for JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
