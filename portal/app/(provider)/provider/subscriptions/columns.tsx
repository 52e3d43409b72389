import {
  MoneyCell,
  moneyColumn,
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TimeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
import type { Column } from '../../../../components/table/data-table.tsx';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { SubscriptionStatus } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionRow } from '../../../../services/provider/subscriptions.service.ts';

const { columns } = subscriptions;

export function subscriptionColumns(context: CellContext): readonly Column<SubscriptionRow>[] {
  return [
    {
      id: 'subscription',
      width: 136,
      head: columns.subscription,
      cell: ({ key, id }) => (
        <RowLink context={context} id={key.id}>
          <bdi>{id}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    wordColumn(context, { name: 'plan', width: 104, head: columns.plan, valueOf: ({ plan }) => plan }),
    wordColumn(context, {
      name: 'status',
      width: 124,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => <SubscriptionBadge status={status} />,
    }),
    {
      id: 'price',
      width: 152,
      head: columns.price,
      isNumber: true,
      cell: (subscription) => <Price subscription={subscription} />,
    },
    moneyColumn('mrr', 116, columns.mrr, ({ mrrMinor }) => (mrrMinor === 0n ? undefined : mrrMinor)),
    {
      id: 'renews',
      width: 108,
      head: columns.renews,
      cell: ({ renewsAt }) => <TimeCell at={renewsAt} zone={context.zone} style="day" />,
    },
    {
      id: 'canceled',
      width: 108,
      head: columns.canceled,
      cell: ({ canceledAt }) => <TimeCell at={canceledAt} zone={context.zone} style="day" />,
    },
    sortedColumn(context, columns.created),
  ];
}

const tones = {
  active: 'ok',
  past_due: 'bad',
  trialing: 'info',
  incomplete: 'warn',
  canceled: 'plain',
} as const satisfies Record<SubscriptionStatus, Tone>;

export function SubscriptionBadge({ status }: { readonly status: SubscriptionStatus }) {
  return <StatusBadge tone={tones[status]} label={subscriptions.statuses[status]} />;
}

export function Price({ subscription }: { readonly subscription: SubscriptionRow }) {
  const { priceMinor, currency, interval } = subscription;
  if (priceMinor === undefined) return <Nothing />;
  return (
    <>
      <MoneyCell minor={priceMinor} currency={currency} />
      {interval !== undefined && <span className="text-fg-3"> {subscriptions.per(interval)}</span>}
    </>
  );
}
