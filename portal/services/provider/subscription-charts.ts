import 'server-only';
import { readLevels, readSums } from '#prisma/metric-reads';
import { readMonthlyChurn } from '#prisma/mrr-reads';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketsOf, lastMonths, monthAfter, plusDays, startOfUtcDay } from '../../lists/buckets.ts';
import type { DaySpan } from '../../lists/buckets.ts';
import { database } from '../../server/database.ts';
import { movementKinds } from './mrr.ts';
import type { MovementKind } from './mrr.ts';

/** The MRR of the currency that has most of it, over twelve months, the running one included. */
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
  const [levels, sums, churn] = await Promise.all([
    readLevels(pool, 'mrr.net', { from: earlier.from, until: span.until }),
    readSums(
      pool,
      movementKinds.map((kind) => `mrr.${kind}` as const),
      running,
    ),
    readMonthlyChurn(pool, { start: startOfUtcDay(earlier.from), end: at }),
  ]);
  const currencies = byMinor(levels.filter(({ day }) => day === plusDays(span.until, -1)));
  const [currency, ...otherCurrencies] = currencies;
  if (currency === undefined) return undefined;
  const levelAt = (day: string) => levels.find((one) => one.day === day && one.currency === currency)?.minor ?? 0n;
  const movedBy = (kind: MovementKind) =>
    sums.find((one) => one.metric === `mrr.${kind}` && one.currency === currency)?.minor ?? 0n;
  const churnOf = (month: DaySpan) =>
    churn.find((one) => one.month === month.from.slice(0, 7) && one.currency === currency);
  return {
    currency,
    otherCurrencies,
    months,
    levels: months.map(({ until }) => levelAt(plusDays(until, -1))),
    levelsBefore: months.map(({ until }) => levelAt(plusDays(monthAfter(until, -monthsShown), -1))),
    movement: {
      before: levelAt(plusDays(running.from, -1)),
      moved: {
        new: movedBy('new'),
        expansion: movedBy('expansion'),
        reactivation: movedBy('reactivation'),
        contraction: movedBy('contraction'),
        churn: movedBy('churn'),
      },
      now: levelAt(plusDays(running.until, -1)),
    },
    logoChurn: months.map((month) => shareOf(churnOf(month)?.logoChurn)),
    logoChurnBefore: bucketsOf(earlier, 'month').map((month) => shareOf(churnOf(month)?.logoChurn)),
    netChurn: months.map((month) => {
      const kept = shareOf(churnOf(month)?.netRetention);
      return kept === undefined ? undefined : 1 - kept;
    }),
  };
}

function byMinor(levels: readonly { readonly currency: string; readonly minor: bigint }[]): readonly string[] {
  return levels
    .toSorted((a, b) => (a.minor === b.minor ? 0 : a.minor > b.minor ? -1 : 1))
    .map(({ currency }) => currency);
}

function shareOf(told: { readonly over: bigint; readonly under: bigint } | undefined) {
  return told && Number(told.over) / Number(told.under);
}
