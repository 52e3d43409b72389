'use client';

import { useState } from 'react';
import type { ReactNode } from 'react';
import type { BulkResult } from '../../actions/bulk-result.ts';
import type { Picked } from '../../actions/picked.ts';
import type { ActionResult } from '../../auth/action-result.ts';
import { ConfirmDialog } from '../actions/confirm-dialog.tsx';
import { useStaffAction } from '../actions/use-staff-action.ts';
import { PickedSummary } from './picked-summary.tsx';
import { useSelection } from './selection.tsx';

export interface BulkInput {
  readonly picked: Picked;
  readonly reason: string;
  readonly id: string;
}

interface BulkActionProps {
  /** On its button. */
  readonly label: string;
  readonly title: (count: number) => string;
  readonly text: ReactNode;
  readonly confirm: string;
  readonly isBad?: boolean;
  /** Nothing takes it back: the count must be typed however small it is. */
  readonly isFinal?: boolean;
  /** Of the file of its result. */
  readonly name: string;
  readonly action: (input: BulkInput) => Promise<ActionResult<BulkResult>>;
}

/** Above this many rows the count must be typed. */
export const typedAbove = 100;
/** And so it must above this amount, in whole units of its currency. */
export const typedAboveMajor = 10_000;

/** A button of the bulk bar: asks with the filter, the count and a reason, and shows what became of each row. */
export function BulkAction({
  label,
  title,
  text,
  confirm,
  isBad = false,
  isFinal = false,
  name,
  action,
}: BulkActionProps) {
  const { count, picked, finish } = useSelection();
  const [isOpen, setOpen] = useState(false);
  const { run } = useStaffAction(action, (result) => {
    finish({ title: label, name, result });
    return undefined;
  });
  return (
    <>
      <button type="button" className="button button-small" onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && (
        <ConfirmDialog
          title={title(count)}
          text={text}
          confirm={confirm}
          isBad={isBad}
          reason="required"
          typed={isFinal || count > typedAbove ? String(count) : undefined}
          onConfirm={(told) => run({ picked, ...told })}
          onClose={() => setOpen(false)}
        >
          <PickedSummary picked={picked} />
        </ConfirmDialog>
      )}
    </>
  );
}
