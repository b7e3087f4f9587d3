import { useId } from 'react';
import type { Question } from '#core/protocol/client-tools.ts';

type Value = string | string[];

interface QuestionFieldProps {
  readonly question: Question;
  readonly value: Value | undefined;
  readonly disabled: boolean;
  readonly problem: string | undefined;
  readonly onChange: (value: Value) => void;
}

export function QuestionField(props: QuestionFieldProps) {
  return props.question.kind === 'choice' ? <ChoiceField {...props} /> : <TextField {...props} />;
}

function TextField({ question, value, disabled, problem, onChange }: QuestionFieldProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5" data-question={question.id}>
      <label htmlFor={id} className="font-medium text-sm [overflow-wrap:anywhere]">
        {question.question}
        <Optional question={question} />
      </label>
      <textarea
        id={id}
        rows={2}
        maxLength={8_000}
        value={typeof value === 'string' ? value : ''}
        disabled={disabled}
        required={question.required}
        aria-invalid={problem !== undefined}
        aria-describedby={problem ? `${id}-problem` : undefined}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.currentTarget.form?.requestSubmit();
        }}
        className="w-full resize-y rounded-lg border border-line-strong bg-raised px-3 py-2 text-base md:text-sm"
      />
      <Problem id={`${id}-problem`} text={problem} />
    </div>
  );
}

function ChoiceField({ question, value, disabled, problem, onChange }: QuestionFieldProps) {
  const id = useId();
  const { options, multiple } = question;
  const chosen = typeof value === 'string' ? [value] : (value ?? []);

  function toggle(option: string, on: boolean): void {
    if (!multiple) onChange(option);
    // In the order in which they were offered.
    else onChange(options.filter((each) => (each === option ? on : chosen.includes(each))));
  }

  return (
    <fieldset
      className="flex flex-col gap-1.5"
      data-question={question.id}
      disabled={disabled}
      aria-describedby={problem ? `${id}-problem` : undefined}
    >
      <legend className="mb-1.5 font-medium text-sm [overflow-wrap:anywhere]">
        {question.question}
        <Optional question={question} />
      </legend>
      {[...new Set(options)].map((option) => (
        <label
          key={option}
          className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg border border-line px-3 py-1.5 text-sm hover:bg-hover has-[:checked]:border-accent has-[:checked]:bg-bubble pointer-coarse:min-h-11"
        >
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={id}
            value={option}
            checked={chosen.includes(option)}
            onChange={(event) => toggle(option, event.target.checked)}
            className="size-4 shrink-0 accent-accent"
          />
          <span className="min-w-0 [overflow-wrap:anywhere]">{option}</span>
        </label>
      ))}
      <Problem id={`${id}-problem`} text={problem} />
    </fieldset>
  );
}

const Optional = ({ question }: { readonly question: Question }) =>
  question.required ? null : <span className="font-normal text-muted"> (optional)</span>;

function Problem({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (!text) return null;
  return (
    <p id={id} role="alert" className="text-[13px] text-danger">
      {text}
    </p>
  );
}
