'use client';

import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { MenuItem } from '../../../../components/actions/menu-popup.tsx';
import { RowMenu } from '../../../../components/actions/row-menu.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { paths } from '../../../../paths.ts';
import type { MenuSubscription } from './menu-subscription.ts';

interface SubscriptionMenuProps {
  readonly subscription: MenuSubscription;
  readonly plans: readonly string[];
  readonly zone: string;
  readonly mayWrite: boolean;
  readonly mayBill: boolean;
}

type Asked = 'change' | 'cancel' | 'reactivate';
const { items, orders } = subscriptions;

// Fetched when something is asked for.
const ChangePlanDialog = dynamic(() => import('./change-plan-dialog.tsx').then((part) => part.ChangePlanDialog));
const CancelDialog = dynamic(() => import('./cancel-dialog.tsx').then((part) => part.CancelDialog));
const ReactivateDialog = dynamic(() => import('./cancel-dialog.tsx').then((part) => part.ReactivateDialog));

/** What can be done with a subscription. */
export function SubscriptionMenu(props: SubscriptionMenuProps) {
  const { subscription, plans, zone } = props;
  const [asked, setAsked] = useState<Asked>();
  const told = { subscription, zone, onClose: () => setAsked(undefined) };
  return (
    <>
      <RowMenu label={subscription.id} items={useItems(props, setAsked)} copied={subscription.id} />
      {asked === 'change' && <ChangePlanDialog {...told} plans={plans} />}
      {asked === 'cancel' && <CancelDialog {...told} />}
      {asked === 'reactivate' && <ReactivateDialog {...told} />}
    </>
  );
}

function useItems(
  { subscription, mayWrite, mayBill }: SubscriptionMenuProps,
  ask: (asked: Asked) => void,
): readonly MenuItem[] {
  const router = useRouter();
  const { orgId, hasEndWaiting } = subscription;
  const item = (name: Asked, label: string): MenuItem => ({
    id: name,
    label,
    onSelect: () => ask(name),
    disabled: mayWrite ? against(subscription, name) : messages.actions.refusals.forbidden,
    isBad: name === 'cancel',
  });
  return [
    item('change', items.change),
    item('reactivate', hasEndWaiting ? items.keep : items.reactivate),
    item('cancel', items.cancel),
    {
      id: 'invoices',
      label: items.invoices,
      onSelect: () => router.push(listHref(paths.invoices, new URLSearchParams({ org: orgId }))),
      disabled: mayBill ? undefined : messages.actions.refusals.forbidden,
      isApart: true,
    },
  ];
}

function against({ status, hasEndWaiting, currency, interval }: MenuSubscription, asked: Asked): string | undefined {
  if (currency === undefined || interval === undefined || status === 'incomplete') return orders.incomplete;
  if (asked === 'reactivate') return status === 'canceled' || hasEndWaiting ? undefined : orders.runs;
  return status === 'canceled' ? orders.ended : undefined;
}
