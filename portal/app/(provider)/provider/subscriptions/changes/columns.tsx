import {
  numberColumn,
  orgColumn,
  rowCell,
  sortedTime,
  textCell,
  timeCell,
  wordColumn,
} from '../../../../../components/list/cells.tsx';
import type { CellContext } from '../../../../../components/list/cells.tsx';
import { Nothing } from '../../../../../components/nothing.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import type { Badge, Tone } from '../../../../../components/status-badge.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { formatMoney } from '../../../../../format/numbers.ts';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import type { ChangeRow, Terms } from '../../../../../services/provider/changes.service.ts';
import type { MovementKind } from '../../../../../services/provider/mrr.ts';

const { columns } = planChanges;

export function changeColumns(context: CellContext): readonly Column<ChangeRow>[] {
  return [
    {
      id: 'at',
      width: 140,
      ...sortedTime(context, columns.at),
      cell: ({ key }) => rowCell(timeCell(key.at, context, 'minute')),
    },
    orgColumn(),
    {
      id: 'subscription',
      width: 120,
      head: columns.subscription,
      cell: ({ subscriptionId }) => textCell(subscriptionId),
    },
    { id: 'change', width: 284, head: columns.change, cell: (row) => <FromTo row={row} /> },
    numberColumn('delta', 124, columns.delta, deltaText),
    wordColumn({
      name: 'kind',
      width: 128,
      head: columns.kind,
      valueOf: ({ kind }) => kind,
      show: ({ kind }) => kindBadge(kind),
    }),
    { id: 'actor', width: 120, head: columns.actor, cell: (row) => textCell(actorOf(row)) },
  ];
}

function deltaText({ deltaMinor, currency }: ChangeRow): string {
  return `${deltaMinor > 0n ? '+' : ''}${formatMoney(deltaMinor, currency)}`;
}

const tones = {
  new: 'ok',
  expansion: 'ok',
  reactivation: 'info',
  contraction: 'warn',
  churn: 'bad',
} as const satisfies Record<MovementKind, Tone>;

export function KindBadge({ kind }: { readonly kind: MovementKind }) {
  return <StatusBadge {...kindBadge(kind)} />;
}

function kindBadge(kind: MovementKind): Badge {
  return { tone: tones[kind], label: planChanges.kinds[kind] };
}

export function actorOf({ actor }: ChangeRow): string {
  return actor ?? planChanges.byOrganisation;
}

/** The plan before and after; where it stayed, what its price became. */
function FromTo({ row: { before, after, currency } }: { readonly row: ChangeRow }) {
  const isSamePlan = before?.plan === after?.plan && before?.status !== 'canceled' && after?.status !== 'canceled';
  // What differs is told of both; the rest once.
  const isSamePrice = before?.priceMinor === after?.priceMinor && before?.interval === after?.interval;
  const isOfQuantity = isSamePlan && isSamePrice && before !== undefined;
  const show = (terms: Terms | undefined) =>
    isSamePlan && terms ? termsText(terms, currency, isOfQuantity) : planText(terms);
  return (
    <span className="num flex min-w-0 items-center gap-1.5">
      {isSamePlan && after?.plan !== undefined && <bdi className="truncate">{after.plan}</bdi>}
      <bdi className={`text-fg-2 ${cutOf(before)}`}>
        {isOfQuantity ? planChanges.pieces(String(before.quantity)) : show(before)}
      </bdi>
      <span aria-hidden="true" className="text-fg-3">
        →
      </span>
      <bdi className={cutOf(after)}>{show(after)}</bdi>
    </span>
  );
}

/** A word of ours is short: what an organisation calls its plan gives way to it. */
function cutOf(terms: Terms | undefined) {
  return terms?.plan === undefined || terms.status === 'canceled' ? 'flex-none' : 'truncate';
}

function planText(terms: Terms | undefined): string {
  if (!terms || terms.status === 'incomplete') return planChanges.none;
  return terms.status === 'canceled' ? planChanges.ended : (terms.plan ?? planChanges.none);
}

export function termsText(
  { priceMinor, interval, quantity }: Terms,
  currency: string,
  hasQuantity = quantity !== 1n,
): string {
  if (priceMinor === undefined) return planChanges.none;
  const price = `${formatMoney(priceMinor, currency)}${interval === undefined ? '' : ` ${planChanges.per(interval)}`}`;
  return hasQuantity ? `${planChanges.pieces(String(quantity))} ${price}` : price;
}

export function TermsText({ terms, currency }: { readonly terms: Terms | undefined; readonly currency: string }) {
  if (!terms) return <Nothing />;
  return (
    <bdi>
      {planText(terms)}, {termsText(terms, currency)}
    </bdi>
  );
}
