import { MessageCircleQuestionMark } from 'lucide-react';
import { AskUserAnswer, AskUserArguments } from '#core/protocol/client-tools.ts';
import type { ToolCallItem } from '#core/protocol/item.ts';
import { ToolCard } from '../chat/tool-card.tsx';
import { jsonOf } from '../state/client-tools.ts';
import { QuestionForm } from './question-form.tsx';

/** Questions of an agent to the reader: a form while the run waits, and then what was answered. */
export function AskUserCard({ item }: { readonly item: ToolCallItem }) {
  const asked = AskUserArguments.safeParse(jsonOf(item.arguments));
  if (asked.success && item.awaitsClient) {
    return (
      <Card title={asked.data.title ?? 'A question for you'}>
        <QuestionForm item={item} asked={asked.data} expiresAt={item.awaitsClient.expiresAt} />
      </Card>
    );
  }
  const answered = AskUserAnswer.safeParse(jsonOf(item.result?.output ?? ''));
  if (!asked.success || !item.result?.ok || !answered.success) return <ToolCard item={item} />;
  const { answers } = answered.data;
  return (
    <Card title={asked.data.title ?? 'You answered'}>
      <dl className="flex flex-col gap-2 text-sm" data-testid="answers">
        {asked.data.questions.map(({ id, question }) => (
          <div key={id}>
            <dt className="text-[13px] text-muted [overflow-wrap:anywhere]">{question}</dt>
            <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">{textOf(answers[id]) || 'No answer'}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

const textOf = (answer: string | string[] | undefined): string =>
  Array.isArray(answer) ? answer.join(', ') : (answer ?? '');

function Card({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section aria-label={title} data-testid="ask-user" className="rounded-xl border border-line bg-raised px-3.5 py-3">
      <p className="mb-3 flex items-center gap-2 font-medium text-sm [overflow-wrap:anywhere]">
        <MessageCircleQuestionMark size={16} className="shrink-0 text-link" />
        {title}
      </p>
      {children}
    </section>
  );
}
