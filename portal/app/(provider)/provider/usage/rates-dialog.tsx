'use client';

import { useState } from 'react';
import type { Picked } from '../../../../actions/picked.ts';
import type { BulkResult } from '../../../../actions/bulk-result.ts';
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
import { usage } from '../../../../messages/en-usage.ts';
import type { PreviewRow, RatePreview, RatesAsked } from '../../../../services/provider/usage-bulk-orders.ts';

export interface RatesDialogProps {
  readonly picked: Picked;
  readonly title: string;
  readonly text: string;
  /** Of the file of its result. */
  readonly name: string;
  readonly preview: (asked: { readonly picked: Picked; readonly id: string }) => Promise<ActionResult<RatePreview>>;
  readonly action: (asked: RatesAsked) => Promise<ActionResult<BulkResult>>;
  readonly onClose: () => void;
}

const { orders, columns } = usage;

/** Rates windows again: what that changes of each is shown before it is ordered. */
export function RatesDialog({ picked, title, text, name, preview, action, onClose }: RatesDialogProps) {
  const { finish } = useSelection();
  const [id] = useState(() => crypto.randomUUID());
  const told = useTold(() => preview({ picked, id }));
  const shown = told?.ok ? told.value : undefined;
  const { run } = useStaffAction(action, (result) => {
    finish({ title: orders.rate, name, result });
    return undefined;
  });
  const isLarge = shown !== undefined && (shown.picked > typedAbove || shown.largestMajor > typedAboveMajor);
  return (
    <ConfirmDialog
      title={title}
      text={text}
      confirm={orders.rate}
      width="wide"
      reason="required"
      typed={isLarge ? String(shown.picked) : undefined}
      blocked={blockedBy(told)}
      onConfirm={(confirmed) => run({ picked, comesToSeen: shown?.comesTo ?? {}, ...confirmed })}
      onClose={onClose}
    >
      <PickedSummary picked={picked} />
      {shown ? <Windows preview={shown} /> : <PreviewSkeleton isBusy={told === undefined} />}
    </ConfirmDialog>
  );
}

function blockedBy(told: ActionResult<RatePreview> | undefined): string | undefined {
  if (!told) return orders.computing;
  if (!told.ok) return told.message ?? messages.actions.refusals[told.refusal];
  const { rows, picked } = told.value;
  if (picked > rows.length || rows.some(({ amounts }) => amounts?.difference !== undefined)) return undefined;
  return rows.every(({ amounts }) => amounts) ? orders.sameOfAll : orders.noneRated;
}

function Windows({ preview: { rows, picked, differences } }: { readonly preview: RatePreview }) {
  const changing = rows.filter(({ amounts }) => amounts?.difference !== undefined).length;
  return (
    <div className="flex flex-col gap-2">
      <p role="status" className="num font-medium">
        {orders.wouldChange(formatCount(changing), formatCount(rows.length))}
        {differences.length > 0 && orders.byDifferences(differences.join(', '))}
      </p>
      <PreviewTable caption={orders.previewCaption} heads={[columns.meter, orders.after, orders.difference]}>
        {rows.map((row) => (
          <WindowRow key={row.id} row={row} />
        ))}
      </PreviewTable>
      {picked > rows.length && (
        <p className="num text-caption text-fg-2">
          {orders.onlyCounted(formatCount(rows.length), formatCount(picked))}
        </p>
      )}
    </div>
  );
}

function WindowRow({ row: { label, org, note, amounts } }: { readonly row: PreviewRow }) {
  return (
    <tr>
      <td>
        <bdi>{label}</bdi>
        <span className="block text-caption text-fg-2">
          <bdi>{org}</bdi>
        </span>
      </td>
      {amounts ? (
        <>
          <td className="num text-right">
            {amounts.after}
            {amounts.difference !== undefined && (
              <span className="block text-caption text-fg-2">{orders.was(amounts.before)}</span>
            )}
          </td>
          <td className="num text-right font-medium">
            {amounts.difference ?? <span className="font-normal text-fg-3">{orders.noDifference}</span>}
          </td>
        </>
      ) : (
        <td colSpan={2} className="text-right text-fg-2">
          {note}
        </td>
      )}
    </tr>
  );
}
