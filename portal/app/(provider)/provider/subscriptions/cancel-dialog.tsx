'use client';

import { useState } from 'react';
import type { OrderTime } from '#domain/billing/subscription-orders';
import { ConfirmDialog } from '../../../../components/actions/confirm-dialog.tsx';
import { useStaffAction } from '../../../../components/actions/use-staff-action.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { changeSubscription, reactivateSubscription } from './actions.ts';
import type { MenuSubscription } from './menu-subscription.ts';
import { blockedBy, isLargeOrder, Preview } from './preview.tsx';
import { saidOf } from './said-of.ts';
import { usePreview } from './use-preview.ts';
import { WhenField } from './when-field.tsx';

const { orders } = subscriptions;

export interface SubscriptionDialogProps {
  readonly subscription: MenuSubscription;
  readonly zone: string;
  readonly onClose: () => void;
}

/** Ends a subscription, now or with the period that is paid for. */
export function CancelDialog({ subscription, zone, onClose }: SubscriptionDialogProps) {
  const { key: row, id, version: versionSeen } = subscription;
  const [when, setWhen] = useState<OrderTime>('renewal');
  const asked = { row, when, next: 'end' } as const;
  const preview = usePreview(asked);
  const { run } = useStaffAction(changeSubscription, (outcome) => saidOf(orders.done.cancel(id), outcome, zone));
  return (
    <ConfirmDialog
      title={orders.cancelTitle(id)}
      text={orders.cancelText}
      confirm={orders.cancelConfirm}
      keep={orders.cancelKeep}
      isBad
      reason="required"
      typed={isLargeOrder(preview) ? id : undefined}
      blocked={blockedBy(preview)}
      onConfirm={(told) => run({ ...asked, versionSeen, netSeen: preview?.ok ? preview.value.netMinor : '', ...told })}
      onClose={onClose}
    >
      <WhenField value={when} onChange={setWhen} />
      <Preview preview={preview} zone={zone} />
    </ConfirmDialog>
  );
}

/** Starts one again that has ended, or takes back a cancellation that waits. */
export function ReactivateDialog({ subscription, zone, onClose }: SubscriptionDialogProps) {
  const { key: row, id, version: versionSeen, hasEndWaiting } = subscription;
  const { run } = useStaffAction(reactivateSubscription, (outcome) =>
    saidOf(orders.done.reactivate(id), outcome, zone),
  );
  return (
    <ConfirmDialog
      title={orders.reactivateTitle(id)}
      text={hasEndWaiting ? orders.keepText : orders.reactivateText}
      confirm={orders.reactivateConfirm}
      reason="required"
      onConfirm={(told) => run({ row, versionSeen, ...told })}
      onClose={onClose}
    />
  );
}
