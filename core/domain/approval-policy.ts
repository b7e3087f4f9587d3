import type { ArgumentCondition, ToolPolicy } from '../protocol/tool-policy.ts';

/** Whether a person is to be asked before a call with these arguments is carried out. */
export function needsApproval(policy: ToolPolicy, args: unknown): boolean {
  switch (policy.approval) {
    case 'never':
      return false;
    case 'always':
      return true;
    case 'when':
      return policy.anyOf.some((condition) => matches(condition, argumentAt(args, condition.argument)));
  }
}

/** The argument at a path of names; undefined when there is none. */
function argumentAt(args: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? Object.getOwnPropertyDescriptor(value, name)?.value
          : undefined,
      args,
    );
}

/**
 * Numbers are compared as numbers, also where a model has written one as text; texts without regard to case. What cannot be
 * compared as numbers is for a person to judge.
 */
function matches({ op, value }: ArgumentCondition, argument: unknown): boolean {
  if (argument === undefined || argument === null) return op === 'not_equals';
  switch (op) {
    case 'equals':
      return isSame(argument, value);
    case 'not_equals':
      return !isSame(argument, value);
    case 'greater_than':
      return !(numberOf(argument) <= numberOf(value));
    case 'less_than':
      return !(numberOf(argument) >= numberOf(value));
    case 'contains':
      return Array.isArray(argument)
        ? argument.some((element) => isSame(element, value))
        : textOf(argument).includes(textOf(value));
  }
}

/** NaN for what is no plain number: `Number` would make one of '', of a list and of a truth value. */
const numberOf = (value: unknown): number => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
};
const textOf = (value: unknown): string =>
  (typeof value === 'object' ? JSON.stringify(value) : String(value)).toLowerCase();
const isSame = (argument: unknown, value: unknown): boolean => textOf(argument).trim() === textOf(value).trim();
