import 'server-only';
import { shareOf } from '#domain/billing/ratios';
import { readSums } from '#prisma/metric-reads';
import { readMrrMonths } from '#prisma/mrr-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, lastMonths, monthAfter, startOfUtcDay } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import { currencyOrder } from './currency-order.ts';
import { mainFirst } from './money-sums.ts';
import { movementKinds } from './mrr.ts';
import type { MovementKind } from './mrr.ts';

/** The MRR of the main currency among those that have any, over twelve months, the running one included. */
export interface SubscriptionCharts {
  readonly currency: string;
  readonly otherCurrencies: readonly string[];
  readonly months: readonly DaySpan[];
  /** At the end of each month, or now. */
  readonly levels: readonly bigint[];
  /** Of the twelve months before. */
  readonly levelsBefore: readonly bigint[];
  /** How the level at the end of the month before became that of now. */
  readonly movement: {
    readonly before: bigint;
    readonly moved: Readonly<Record<MovementKind, bigint>>;
    readonly now: bigint;
  };
  /** Shares of what there was at a month's start; undefined where there was nothing. */
  readonly logoChurn: readonly (number | undefined)[];
  readonly netChurn: readonly (number | undefined)[];
  readonly logoChurnBefore: readonly (number | undefined)[];
}

const monthsShown = 12;

/** Undefined where nothing recurs yet. */
export async function readSubscriptionCharts(staff: Staff, at: number): Promise<SubscriptionCharts | undefined> {
  assertCan(staff, 'subscriptions');
  const { pool } = database();
  const span = lastMonths(monthsShown, at);
  const months = bucketsOf(span, 'month');
  const earlier = { from: monthAfter(span.from, -monthsShown), until: span.from };
  const running = months.at(-1) ?? span;
  const [order, told, sums] = await Promise.all([
    currencyOrder(pool),
    readMrrMonths(pool, { start: startOfUtcDay(earlier.from), end: startOfUtcDay(span.until) }),
    readSums(
      pool,
      movementKinds.map((kind) => `mrr.${kind}` as const),
      running,
    ),
  ]);
  const now = told.filter(({ month }) => month === monthOf(running));
  const [currency, ...otherCurrencies] = mainFirst(
    now.map(({ currency, endMinor }) => ({ currency, minor: endMinor })),
    order,
  ).map((money) => money.currency);
  if (currency === undefined) return undefined;
  const own = new Map(told.flatMap((one) => (one.currency === currency ? [[one.month, one] as const] : [])));
  const toldOf = (month: DaySpan) => own.get(monthOf(month));
  const movedBy = (kind: MovementKind) =>
    sums.find((one) => one.metric === `mrr.${kind}` && one.currency === currency)?.minor ?? 0n;
  return {
    currency,
    otherCurrencies,
    months,
    levels: months.map((month) => toldOf(month)?.endMinor ?? 0n),
    levelsBefore: months.map(({ from }) => own.get(monthAfter(from, -monthsShown).slice(0, 7))?.endMinor ?? 0n),
    movement: {
      before: toldOf(running)?.startMinor ?? 0n,
      moved: {
        new: movedBy('new'),
        expansion: movedBy('expansion'),
        reactivation: movedBy('reactivation'),
        contraction: movedBy('contraction'),
        churn: movedBy('churn'),
      },
      now: toldOf(running)?.endMinor ?? 0n,
    },
    logoChurn: months.map((month) => shareOf(toldOf(month)?.logoChurn)),
    logoChurnBefore: bucketsOf(earlier, 'month').map((month) => shareOf(toldOf(month)?.logoChurn)),
    netChurn: months.map((month) => {
      const kept = shareOf(toldOf(month)?.netRetention);
      return kept === undefined ? undefined : 1 - kept;
    }),
  };
}

function monthOf({ from }: DaySpan): string {
  return from.slice(0, 7);
}
