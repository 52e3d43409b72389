'use client';

import { useId, useState } from 'react';
import type { ReactNode, SyntheticEvent } from 'react';
import { messages } from '../../messages/en.ts';
import { Dialog } from '../dialog.tsx';
import { FormButtons } from './form-buttons.tsx';

export interface Confirmed {
  /** The same however often the form is sent: what is ordered under it is ordered once. */
  readonly id: string;
  readonly reason: string;
}

interface ConfirmDialogProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** The verb on the button. */
  readonly confirm: string;
  /** The way back, where the verb itself is to cancel. */
  readonly keep?: string | undefined;
  readonly isBad?: boolean;
  /** Whether a reason must be given; without it none is asked for. */
  readonly reason?: 'required' | 'optional' | undefined;
  /** What must be typed first, where much is at stake or nothing can be taken back. */
  readonly typed?: string | undefined;
  /** Why it cannot be confirmed as things stand. */
  readonly blocked?: string | undefined;
  readonly width?: 'narrow' | 'wide';
  /** A preview of what will be, or fields of its own. */
  readonly children?: ReactNode;
  /** Whether it is done: then the dialog closes. */
  readonly onConfirm: (confirmed: Confirmed) => Promise<boolean>;
  readonly onClose: () => void;
}

const reasonMax = 500;
/** The first field that is wrong. */
const invalid = '[aria-invalid=true]';
const words = messages.actions;

/** Asks before something is done. A second click while the first is on its way does nothing. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, text, width, children, onClose } = props;
  const form = useConfirmForm(props);
  return (
    <Dialog title={title} text={text} onClose={onClose} {...(width && { width })}>
      <form noValidate onSubmit={(event) => void form.submit(event)} className="contents">
        <div className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4 empty:hidden">
          {children}
          <Fields {...props} form={form} />
        </div>
        <FormButtons {...props} isSending={form.isSending} isDisabled={props.blocked !== undefined} />
      </form>
    </Dialog>
  );
}

function useConfirmForm({ reason, typed, blocked, onConfirm, onClose }: ConfirmDialogProps) {
  const [id] = useState(() => crypto.randomUUID());
  const [why, setWhy] = useState('');
  const [echo, setEcho] = useState('');
  const [hasTried, setTried] = useState(false);
  const [isSending, setSending] = useState(false);
  const lacksReason = reason === 'required' && why.trim() === '';
  const lacksEcho = typed !== undefined && echo.trim() !== typed;
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTried(true);
    const form = event.currentTarget;
    const goTo = (wrong: string) => form.querySelector<HTMLElement>(wrong)?.focus();
    if (isSending) return;
    if (blocked !== undefined) return goTo(invalid);
    if (lacksReason || lacksEcho) return goTo('[data-lacks=true]');
    setSending(true);
    const isDone = await onConfirm({ id, reason: why.trim() });
    setSending(false);
    if (isDone) onClose();
    else goTo(invalid);
  };
  return { why, setWhy, echo, setEcho, hasTried, isSending, lacksReason, lacksEcho, submit };
}

interface FieldsProps extends Pick<ConfirmDialogProps, 'reason' | 'typed'> {
  readonly form: ReturnType<typeof useConfirmForm>;
}

function Fields({ reason, typed, form }: FieldsProps) {
  const { hasTried, lacksReason, lacksEcho } = form;
  return (
    <>
      {reason && (
        <Field
          label={reason === 'required' ? words.reason : words.reasonOptional}
          error={hasTried && lacksReason ? words.reasonMissing : undefined}
        >
          {(field) => (
            <textarea
              {...field}
              data-lacks={lacksReason}
              rows={2}
              maxLength={reasonMax}
              className="field h-auto py-1.5"
              value={form.why}
              onChange={(event) => form.setWhy(event.target.value)}
            />
          )}
        </Field>
      )}
      {typed !== undefined && (
        <Field label={words.typeToConfirm(typed)} error={hasTried && lacksEcho ? words.typedWrong(typed) : undefined}>
          {(field) => (
            <input
              {...field}
              data-lacks={lacksEcho}
              className="field"
              autoComplete="off"
              spellCheck={false}
              value={form.echo}
              onChange={(event) => form.setEcho(event.target.value)}
            />
          )}
        </Field>
      )}
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly error: string | undefined;
  readonly children: (field: {
    readonly id: string;
    readonly 'aria-invalid': boolean;
    readonly 'aria-describedby': string | undefined;
  }) => ReactNode;
}

/** A labelled field with what is wrong with it beside it. */
export function Field({ label, error, children }: FieldProps) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium wrap-anywhere">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': error === undefined ? undefined : errorId,
      })}
      {error !== undefined && (
        <p id={errorId} className="text-caption text-bad-text">
          {error}
        </p>
      )}
    </div>
  );
}
