import { messages } from '../../messages/en.ts';

interface FormButtonsProps {
  /** The verb on the button. */
  readonly confirm: string;
  /** The way back, where the verb itself is to cancel. */
  readonly keep?: string | undefined;
  readonly isBad?: boolean;
  readonly isSending: boolean;
  readonly isDisabled: boolean;
  /** Why it cannot be sent, where that is to be said. */
  readonly blocked?: string | undefined;
  readonly onClose: () => void;
}

const words = messages.actions;

/** The foot of a form in a dialog: back, and on. */
export function FormButtons({
  confirm,
  keep = words.cancel,
  isBad,
  isSending,
  isDisabled,
  blocked,
  onClose,
}: FormButtonsProps) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
      {blocked !== undefined && (
        <p className="mr-auto min-w-0 basis-full text-caption text-warn-text sm:flex-1 sm:basis-0">{blocked}</p>
      )}
      <button type="button" className="button" onClick={onClose}>
        {keep}
      </button>
      <button
        type="submit"
        aria-disabled={isSending || isDisabled}
        className={`button ${isBad ? 'button-bad' : 'button-primary'}`}
      >
        {isSending ? words.working : confirm}
      </button>
    </div>
  );
}
