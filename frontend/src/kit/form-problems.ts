import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { CallError, messageOf } from '../http/call-error.ts';

/** Shows at its field what the server said of it, and above the button what belongs to no field. */
export function showProblems<Values extends FieldValues, Context, Output>(
  form: UseFormReturn<Values, Context, Output>,
  error: unknown,
  isField: (path: string) => path is Path<Values>,
): void {
  const details =
    error instanceof CallError && error.failure.reason === 'refused' ? (error.failure.error.details ?? []) : [];
  const known = details.flatMap(({ path, message }) => {
    const field = path.replace(/^body\./, '');
    return isField(field) ? [{ field, message }] : [];
  });
  for (const { field, message } of known) form.setError(field, { message }, { shouldFocus: field === known[0]?.field });
  if (known.length < Math.max(details.length, 1)) form.setError('root', { message: messageOf(error) });
}
