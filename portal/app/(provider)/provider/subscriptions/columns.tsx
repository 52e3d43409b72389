import {
  MoneyCell,
  moneyColumn,
  Nothing,
  orgColumn,
  RowLink,
  sortedColumn,
  TextCell,
  TimeCell,
  wordColumn,
} from '../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../components/list/cells.tsx';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import type { Tone } from '../../../../components/status-badge.tsx';
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
      cell: ({ key, id }) => (
        <RowLink context={context} id={key.id}>
          <bdi title={id}>{id}</bdi>
        </RowLink>
      ),
    },
    orgColumn(context),
    wordColumn(context, { name: 'plan', width: 88, head: columns.plan, valueOf: ({ plan }) => plan }),
    wordColumn(context, {
      name: 'status',
      width: 116,
      head: columns.status,
      valueOf: ({ status }) => status,
      show: ({ status }) => <SubscriptionBadge status={status} />,
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
      cell: ({ startedAt }) => <TimeCell at={startedAt} zone={context.zone} style="day" />,
    },
    {
      id: 'renews',
      width: 112,
      head: columns.renews,
      cell: ({ renewsAt }) => <TimeCell at={renewsAt} zone={context.zone} style="day" />,
    },
    {
      id: 'canceled',
      width: 116,
      head: columns.canceled,
      cell: (subscription) => <Ended subscription={subscription} zone={context.zone} />,
    },
    {
      id: 'changed',
      isExtra: true,
      width: 112,
      head: columns.changed,
      cell: ({ changedAt }) => <TimeCell at={changedAt} zone={context.zone} style="day" />,
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
  return <StatusBadge tone={tones[status]} label={subscriptions.statuses[status]} />;
}

/** When it ended and why, or what waits for its renewal. */
function Ended({ subscription, zone }: { readonly subscription: SubscriptionRow; readonly zone: string }) {
  const { canceledAt, cancelReason, waiting } = subscription;
  if (canceledAt === undefined && waiting) return <TextCell text={waitingText(waiting, zone)} />;
  if (canceledAt === undefined) return <Nothing />;
  return (
    <span className="flex min-w-0 gap-1.5">
      <TimeCell at={canceledAt} zone={zone} style="day" />
      {cancelReason !== undefined && (
        <bdi className="truncate text-fg-3" title={cancelReason}>
          {cancelReason}
        </bdi>
      )}
    </span>
  );
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
