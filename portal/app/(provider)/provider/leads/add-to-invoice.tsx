'use client';

import { useEffect, useState } from 'react';
import type { Picked } from '../../../../actions/picked.ts';
import type { ActionResult } from '../../../../auth/action-result.ts';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { typedAbove } from '../../../../components/bulk/bulk-action.tsx';
import { PickedSummary } from '../../../../components/bulk/picked-summary.tsx';
import { useSelection } from '../../../../components/bulk/selection.tsx';
import { formatCount } from '../../../../format/numbers.ts';
import { messages } from '../../../../messages/en.ts';
import { leads } from '../../../../messages/en-leads.ts';
import type { InvoicePreview } from '../../../../services/provider/invoice-preview.ts';
import { addLeadsToInvoices, previewLeadInvoices } from './actions.ts';

interface AddToInvoiceProps {
  readonly picked: Picked;
  readonly count: number;
  readonly onClose: () => void;
}

/** Above this amount, in whole units, the number of leads must be typed. */
const typedAboveMajor = 10_000;
const copy = leads.adding;

/** Shows the drafts that leads would be put on before anything is written. */
export function AddToInvoice({ picked, count, onClose }: AddToInvoiceProps) {
  const { finish } = useSelection();
  const [preview, setPreview] = useState<ActionResult<InvoicePreview>>();
  const { run } = useStaffAction(addLeadsToInvoices, (result) => {
    finish({ title: copy.done, name: 'leads-added', result });
    return undefined;
  });
  useEffect(() => {
    let isWanted = true;
    void previewLeadInvoices(picked)
      .catch(() => ({ ok: false, refusal: 'failed' }) as const)
      .then((told) => isWanted && setPreview(told));
    return () => {
      isWanted = false;
    };
    // What is picked does not change while the dialog is open.
  }, []);
  const shown = preview?.ok ? preview.value : undefined;
  const isLarge = shown !== undefined && (shown.addable > typedAbove || shown.largestMajor > typedAboveMajor);
  return (
    <ConfirmDialog
      title={copy.title(formatCount(count))}
      text={copy.text}
      confirm={copy.confirm}
      width="wide"
      reason="required"
      typed={isLarge ? String(shown.addable) : undefined}
      blocked={blockedBy(preview)}
      onConfirm={(told) => run({ picked, ...told })}
      onClose={onClose}
    >
      <PickedSummary picked={picked} />
      {shown ? <Drafts preview={shown} /> : <PreviewSkeleton isBusy={preview === undefined} />}
    </ConfirmDialog>
  );
}

function blockedBy(preview: ActionResult<InvoicePreview> | undefined) {
  if (!preview) return copy.reading;
  if (!preview.ok) return preview.message ?? messages.actions.refusals[preview.refusal];
  return preview.value.addable === 0 ? copy.none : undefined;
}

function Drafts({ preview: { drafts, skipped } }: { readonly preview: InvoicePreview }) {
  return (
    <div className="flex flex-col gap-3">
      {drafts.length > 0 && (
        <div
          className="overflow-x-auto rounded-control border border-line"
          tabIndex={0}
          role="region"
          aria-label={copy.caption}
        >
          <table className="plain-table">
            <caption className="sr-only">{copy.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{messages.lists.organisation}</th>
                <th scope="col">{copy.draft}</th>
                <th scope="col">{copy.lines}</th>
                <th scope="col" className="text-right!">
                  {copy.amount}
                </th>
                <th scope="col" className="text-right!">
                  {copy.total}
                </th>
              </tr>
            </thead>
            <tbody>
              {drafts.map((draft, index) => (
                <tr key={index}>
                  <td>
                    <bdi>{draft.org}</bdi>
                  </td>
                  <td>{draft.draft}</td>
                  <td className="num">{draft.lines}</td>
                  <td className="num text-right">{draft.amount}</td>
                  <td className="num text-right font-medium">{draft.total}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {skipped.length > 0 && (
        <ul className="flex flex-col text-fg-2">
          {skipped.map(({ reason, count }) => (
            <li key={reason}>{copy.skipped(formatCount(count), reason)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function PreviewSkeleton({ isBusy }: { readonly isBusy: boolean }) {
  return (
    <div aria-busy={isBusy} className="flex flex-col gap-2 rounded-control border border-line p-3">
      <div className="skeleton h-4 w-2/3" />
      <div className="skeleton h-4 w-1/2" />
    </div>
  );
}
