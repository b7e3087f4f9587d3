import { CircleAlert } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { type AskUserArguments, answerProblems } from '#core/protocol/client-tools.ts';
import type { ToolCallItem } from '#core/protocol/item.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import { usePlatform } from '../app/platform-context.ts';
import { until } from '../format/time.ts';
import { Button } from '../kit/button.tsx';
import { useAnswer } from '../kit/use-answer.ts';
import { useNow } from '../kit/use-now.ts';
import { QuestionField } from './question-field.tsx';
import { useAnswerDraft } from './use-answer-draft.ts';

interface QuestionFormProps {
  readonly item: ToolCallItem;
  readonly asked: AskUserArguments;
  readonly expiresAt: string;
}

const declined = 'The user chose not to answer.';

export function QuestionForm({ item, asked, expiresAt }: QuestionFormProps) {
  const { answers } = usePlatform();
  const form = useRef<HTMLFormElement>(null);
  const draft = useAnswerDraft(item.id);
  const [shown, setShown] = useState(false);
  const { answer, state } = useAnswer((result: ClientToolOutput) => answers.answerCall(item, result));
  const left = until(expiresAt, useNow(1_000));
  const problems = answerProblems(asked, { answers: draft.answers });
  const busy = state.status === 'sent';

  function submit(event: FormEvent): void {
    event.preventDefault();
    setShown(true);
    const first = asked.questions.find(({ id }) => problems[id]);
    if (!first) {
      answer({ output: JSON.stringify({ answers: answered(draft.answers) }) });
      return;
    }
    form.current?.querySelector<HTMLElement>(`[data-question="${first.id}"] :is(input, textarea)`)?.focus();
  }

  if (left === null) {
    return (
      <p className="text-[13px] text-muted" data-testid="question-expired">
        The time to answer is over.
      </p>
    );
  }
  return (
    <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-4" data-testid="question-form">
      {asked.questions.map((question) => (
        <QuestionField
          key={question.id}
          question={question}
          value={draft.answers[question.id]}
          disabled={busy}
          problem={shown ? problems[question.id] : undefined}
          onChange={(value) => draft.set(question.id, value)}
        />
      ))}
      {state.status === 'failed' && (
        <p role="alert" className="flex gap-2 text-[13px] text-danger">
          <CircleAlert size={14} className="mt-[3px] shrink-0" />
          That did not work. {state.message}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" kind="primary" disabled={busy} data-testid="answer-submit">
          {busy ? 'Sending' : 'Answer'}
        </Button>
        <Button disabled={busy} onClick={() => answer({ error: declined })} data-testid="answer-decline">
          I would rather not say
        </Button>
        <span className="text-[12.5px] text-muted">Expires {left}</span>
      </div>
    </form>
  );
}

/** Without the questions that were left out. */
const answered = (answers: Readonly<Record<string, string | string[]>>) =>
  Object.fromEntries(Object.entries(answers).filter(([, value]) => value.length > 0 && value !== ''));
