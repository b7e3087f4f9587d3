import type { SaidPart } from '#core/domain/journal.ts';
import type { AgentStep } from '#core/ports/agent-runner.ts';
import type { AgentId } from '#core/protocol/ids.ts';
import type { CutOff } from '#core/protocol/item.ts';

/** What a model says in one turn, told piece by piece: what is of one kind and comes in one go is one part. */
export interface Speech {
  say(type: SaidPart['type'], text: string): void;
  /** Ends the part that is being said, if one is; or says that the last one is not whole. */
  close(cutOff?: CutOff): void;
  /** The parts so far. */
  readonly said: readonly SaidPart[];
  /** Their keys. */
  readonly keys: readonly string[];
}

/** `turn` names the turn within the run: the parts' keys are the same whenever it is told. */
export function createSpeech(
  tell: (step: AgentStep) => void,
  turn: string,
  by: { readonly agentId: AgentId; readonly parent?: string },
): Speech {
  const said: { -readonly [Field in keyof SaidPart]: SaidPart[Field] }[] = [];
  let isOpen = false;
  const keyOf = (part: number) => `${turn}:${part}`;
  const lastKey = () => keyOf(said.length - 1);
  const close = (cutOff?: CutOff) => {
    const last = said.at(-1);
    if (last && cutOff) last.cutOff = cutOff;
    if (isOpen || (last && cutOff)) tell({ type: 'text_ended', key: lastKey(), ...(cutOff && { cutOff }) });
    isOpen = false;
  };

  return {
    close,
    get said() {
      return said;
    },
    get keys() {
      return said.map((_, part) => keyOf(part));
    },
    say(type, text) {
      if (text === '') return;
      let part = said.at(-1);
      if (!isOpen || part?.type !== type) {
        close();
        part = { type, text: '' };
        said.push(part);
        isOpen = true;
        tell({ type: type === 'message' ? 'message_started' : 'reasoning_started', key: lastKey(), ...by });
      }
      part.text += text;
      tell({ type: 'text', key: lastKey(), text });
    },
  };
}
