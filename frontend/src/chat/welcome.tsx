import type { Agent } from '#core/protocol/agent.ts';
import { Logo } from '../kit/logo.tsx';

interface WelcomeProps {
  readonly agent: Agent;
  readonly onSend: (text: string) => void;
}

const starters = [
  { text: 'What time is it in Tokyo?', hint: 'The agent uses a tool' },
  { text: 'Write a long answer, so that I can try reload and stop', hint: 'It goes on without this page' },
  { text: 'Show me what markdown looks like', hint: 'Tables, lists and code' },
  { text: 'What can you do?', hint: 'A short introduction' },
] as const;

export function Welcome({ agent, onSend }: WelcomeProps) {
  return (
    <div className="fade-in flex flex-col pt-[min(9vh,5rem)]">
      <Logo size={44} />
      <h2 className="mt-5 font-semibold text-2xl tracking-[-0.02em]">What can {agent.name} do for you?</h2>
      {agent.description && <p className="mt-1.5 max-w-prose text-muted leading-relaxed">{agent.description}</p>}
      <ul className="mt-7 grid gap-2.5 sm:grid-cols-2">
        {starters.map(({ text, hint }) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onSend(text)}
              data-testid="starter"
              className="flex h-full w-full flex-col gap-1 rounded-xl border border-line bg-raised px-4 py-3 text-left transition-colors hover:border-line-strong hover:bg-hover"
            >
              <span className="font-medium text-sm leading-snug">{text}</span>
              <span className="text-[13px] text-muted">{hint}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
