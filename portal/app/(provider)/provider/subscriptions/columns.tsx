import {
  MoneyCell,
  moneyColumn,
  orgColumn,
  rowCell,
  sortedColumn,
  textCell,
  timeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { Nothing } from '../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../components/status-badge.tsx';
import type { Cell } from '../../../../components/table/cell.ts';
import type { Column } from '../../../../components/table/data-table.tsx';
import { formatMoney } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { SubscriptionStatus } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionRow } from '../../../../services/provider/subscriptions.service.ts';

const { columns } = subscriptions;

export function subscriptionColumns(context: CellContext): readonly Column<SubscriptionRow>[] {
  return [
    {
      id: 'subscription',
      width: 104,
      head: columns.subscription,
      cell: ({ id }) => rowCell(id),
    },
    orgColumn(),
    wordColumn({ name: 'plan', width: 88, head: columns.plan, valueOf: ({ plan }) => plan }),
    wordColumn({
      name: 'status',
      width: 116,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => subscriptionBadge(status),
    }),
    {
      id: 'price',
      width: 144,
      head: columns.price,
      isNumber: true,
      text: priceText,
      cell: (subscription) => <Price subscription={subscription} />,
    },
    moneyColumn('mrr', 112, columns.mrr, ({ mrrMinor }) => (mrrMinor === 0n ? undefined : mrrMinor)),
    {
      id: 'started',
      isExtra: true,
      width: 112,
      head: columns.started,
      cell: ({ startedAt }) => timeCell(startedAt, context, 'day'),
    },
    {
      id: 'renews',
      width: 112,
      head: columns.renews,
      cell: ({ renewsAt }) => timeCell(renewsAt, context, 'day'),
    },
    {
      id: 'canceled',
      width: 116,
      head: columns.canceled,
      cell: (subscription) => endedCell(subscription, context),
    },
    {
      id: 'changed',
      isExtra: true,
      width: 112,
      head: columns.changed,
      cell: ({ changedAt }) => timeCell(changedAt, context, 'day'),
    },
    { ...sortedColumn(context, columns.created), width: 124 },
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
  return <StatusBadge {...subscriptionBadge(status)} />;
}

function subscriptionBadge(status: SubscriptionStatus): Badge {
  return { tone: tones[status], label: subscriptions.statuses[status] };
}

/** When it ended and why, or what waits for its renewal. */
function endedCell({ canceledAt, cancelReason, waiting }: SubscriptionRow, context: CellContext): Cell {
  if (canceledAt === undefined) return textCell(waiting && waitingText(waiting, context.zone));
  const day = timeCell(canceledAt, context, 'day');
  if (cancelReason === undefined) return day;
  return context.preferences.density === 'comfortable'
    ? { over: day, under: cancelReason }
    : { several: [day], hint: cancelReason };
}

export function waitingText({ change, at }: NonNullable<SubscriptionRow['waiting']>, zone: string): string {
  return subscriptions.waiting[change](formatInstant(at, zone, 'day'));
}

function priceText({ priceMinor, currency, interval }: SubscriptionRow): string {
  if (priceMinor === undefined) return '';
  return `${formatMoney(priceMinor, currency)}${interval === undefined ? '' : ` ${subscriptions.per(interval)}`}`;
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
