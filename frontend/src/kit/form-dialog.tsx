import type { ReactNode } from 'react';
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form';
import { Button } from './button.tsx';
import { Actions, Dialog, type DialogProps } from './dialog.tsx';
import { showProblems } from './form-problems.ts';

interface DialogFormProps<Values extends FieldValues, Output> {
  readonly form: UseFormReturn<Values, unknown, Output>;
  /** Does what the form is for, and closes the dialog or shows what came of it. When it throws, the form stays and says why. */
  readonly onSubmit: (values: Output) => Promise<void>;
  readonly onClose: () => void;
  /** The word on the button that submits, and the one while that is under way. */
  readonly action: string;
  readonly busyAction?: string;
  readonly submitTestId: string;
  /** The fields at which a problem that the server finds can be shown; without it all stand above the buttons. */
  readonly isField?: (path: string) => path is Path<Values>;
  /** Only to be read: its fields are disabled, and it has no buttons. */
  readonly readOnly?: boolean;
  /** Nothing to submit yet. */
  readonly disabled?: boolean;
  /** What else can be done, at the other end of the buttons. */
  readonly otherAction?: ReactNode;
  readonly children: ReactNode;
}

const noField = (_path: string): _path is never => false;

/** The form in a dialog: its fields, what is wrong with it, and its buttons. */
export function DialogForm<Values extends FieldValues, Output>({
  form,
  onSubmit,
  onClose,
  action,
  busyAction = action,
  submitTestId,
  isField = noField,
  readOnly = false,
  disabled = false,
  otherAction,
  children,
}: DialogFormProps<Values, Output>) {
  const { errors, isSubmitting } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      await onSubmit(values);
    } catch (error) {
      showProblems(form, error, isField);
    }
  });

  return (
    <form noValidate autoComplete="off" onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <fieldset disabled={readOnly} className="contents">
        {children}
      </fieldset>
      {errors.root && (
        <p role="alert" className="text-danger text-sm">
          {errors.root.message}
        </p>
      )}
      {!readOnly && (
        <Actions>
          {otherAction && <div className="mr-auto">{otherAction}</div>}
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={disabled || isSubmitting} data-testid={submitTestId}>
            {isSubmitting ? busyAction : action}
          </Button>
        </Actions>
      )}
    </form>
  );
}

type FormDialogProps<Values extends FieldValues, Output> = DialogFormProps<Values, Output> & DialogProps;

/** A dialog that is a form and nothing else. */
export function FormDialog<Values extends FieldValues, Output>({
  title,
  description,
  wide,
  testId,
  ...form
}: FormDialogProps<Values, Output>) {
  return (
    <Dialog
      title={title}
      description={description}
      onClose={form.onClose}
      {...(wide !== undefined && { wide })}
      {...(testId !== undefined && { testId })}
    >
      <DialogForm {...form} />
    </Dialog>
  );
}
