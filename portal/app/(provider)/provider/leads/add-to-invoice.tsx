'use client';

import type { Picked } from '../../../../actions/picked.ts';
import type { ActionResult } from '../../../../auth/action-result.ts';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { useTold } from '../../../../components/actions/use-told.ts';
import { typedAbove, typedAboveMajor } from '../../../../components/bulk/bulk-action.tsx';
import { PickedSummary } from '../../../../components/bulk/picked-summary.tsx';
import { PreviewSkeleton, PreviewTable } from '../../../../components/bulk/preview-table.tsx';
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

const copy = leads.adding;

/** Shows the drafts that leads would be put on before anything is written. */
export function AddToInvoice({ picked, count, onClose }: AddToInvoiceProps) {
  const { finish } = useSelection();
  const preview = useTold(() => previewLeadInvoices(picked));
  const { run } = useStaffAction(addLeadsToInvoices, (result) => {
    finish({ title: copy.done, name: 'leads-added', result });
    return undefined;
  });
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
        <PreviewTable caption={copy.caption} heads={[messages.lists.organisation, copy.amount, copy.total]}>
          {drafts.map((draft, index) => (
            <tr key={index}>
              <td>
                <bdi>{draft.org}</bdi>
                <span className="num block text-caption text-fg-2">{copy.linesOf(draft.draft, draft.lines)}</span>
              </td>
              <td className="num text-right">{draft.amount}</td>
              <td className="num text-right font-medium">{draft.total}</td>
            </tr>
          ))}
        </PreviewTable>
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
