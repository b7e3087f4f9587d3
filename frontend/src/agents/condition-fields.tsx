import { Plus, X } from 'lucide-react';
import { ArgumentCondition } from '#core/protocol/tool-policy.ts';
import { Button, IconButton } from '../kit/button.tsx';
import { fieldLook, Select } from '../kit/field.tsx';

interface ConditionFieldsProps {
  readonly conditions: readonly ArgumentCondition[];
  readonly onChange: (conditions: ArgumentCondition[]) => void;
  readonly toolTitle: string;
}

const op = ArgumentCondition.shape.op;
const opNames: Record<ArgumentCondition['op'], string> = {
  equals: 'is',
  not_equals: 'is not',
  greater_than: 'is more than',
  less_than: 'is less than',
  contains: 'contains',
};

/** Conditions on the arguments of a call, any of which asks a person. */
export function ConditionFields({ conditions, onChange, toolTitle }: ConditionFieldsProps) {
  const change = (index: number, next: Partial<ArgumentCondition>) =>
    onChange(conditions.map((condition, place) => (place === index ? { ...condition, ...next } : condition)));
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 text-muted text-sm">A person is asked when any of these holds</legend>
      {conditions.map((condition, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition has nothing else to be told apart by
        <div key={index} className="flex flex-wrap items-center gap-2">
          <input
            aria-label={`Argument ${index + 1} of ${toolTitle}`}
            placeholder="amount"
            className={`${fieldLook} min-h-10 w-36! grow font-mono text-[13px]!`}
            value={condition.argument}
            onChange={(event) => change(index, { argument: event.target.value })}
          />
          <Select
            aria-label={`Comparison ${index + 1}`}
            className="w-auto!"
            value={condition.op}
            onChange={(event) => change(index, { op: op.parse(event.target.value) })}
          >
            {op.options.map((each) => (
              <option key={each} value={each}>
                {opNames[each]}
              </option>
            ))}
          </Select>
          <input
            aria-label={`Value ${index + 1}`}
            className={`${fieldLook} min-h-10 w-36! grow`}
            value={String(condition.value)}
            onChange={(event) => change(index, { value: conditionValue(event.target.value) })}
          />
          <IconButton
            label={`Remove condition ${index + 1}`}
            disabled={conditions.length === 1}
            onClick={() => onChange(conditions.filter((_, place) => place !== index))}
          >
            <X size={16} />
          </IconButton>
        </div>
      ))}
      <div>
        <Button kind="quiet" onClick={() => onChange([...conditions, { argument: '', op: 'equals', value: '' }])}>
          <Plus size={15} />
          Or when…
        </Button>
      </div>
    </fieldset>
  );
}

/** What is written as a number or as true or false is meant as one. */
function conditionValue(text: string): ArgumentCondition['value'] {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && String(Number(text)) === text ? Number(text) : text;
}
