import type { MrrFigures } from '#domain/billing/churn';
import type { Ratio } from '#domain/billing/ratios';
import { sharesCompared } from '../../../../components/kpi/compared.ts';
import type { Share } from '../../../../components/kpi/compared.ts';
import { facts } from '../../../../components/kpi/facts.ts';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies, rangeOf, spanOf } from '../../../../components/list/figure-kpi.ts';
import { moneyCourse } from '../../../../components/list/course.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatMoney, formatShare } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import type { Metric } from '../../../../metrics/metric.ts';
import { subscriptionMetrics } from '../../../../metrics/revenue.ts';
import type { ChangesSummary } from '../../../../services/provider/changes.service.ts';
import type { Course, Point } from '../../../../services/provider/courses.ts';
import type { Money } from '../../../../services/provider/money-sums.ts';
import { monthsOfYear, movementKinds } from '../../../../services/provider/mrr.ts';
import type { SubscriptionFilters } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionsSummary } from '../../../../services/provider/subscriptions.service.ts';

const staleMs = 15 * 60_000;

export function subscriptionKpis(view: ListView<SubscriptionFilters>, summary: SubscriptionsSummary): readonly Kpi[] {
  const { paying, levels, pastDue, changes, through } = summary;
  const currency = paying.sums[0]?.currency;
  const arr = paying.sums.map(yearly);
  const course = levels?.byName.get('mrr.net');
  return [
    {
      ...figureKpi(view, subscriptionMetrics.mrr, paying, { note: mrrNote(paying.sums, pastDue.sums) }),
      ...moneyCourse(course, paying.sums[0]),
    },
    {
      ...figureKpi(view, subscriptionMetrics.arr, { ...paying, sums: arr }),
      ...moneyCourse(course && yearlyOf(course), arr[0]),
    },
    {
      ...figureKpi(view, subscriptionMetrics.net, changes.net, {
        note: facts(otherCurrencies(changes.net.sums, currency), staleness(view, through)),
        currency,
      }),
      detail: movementsOf(changes, currency),
    },
    ...churnKpis(view, summary),
  ];
}

function yearlyOf({ before, byDay, today }: Course): Course {
  const of = (point: Point | undefined) => point && { ...point, sums: point.sums.map(yearly) };
  return { before: of(before), byDay: byDay.map(of), today: of(today) };
}

function yearly({ currency, minor }: Money): Money {
  return { currency, minor: minor * monthsOfYear };
}

/** Shares of the main currency, which they name where there are others, drawn by month. */
export function churnKpis(
  view: Pick<ListView<SubscriptionFilters>, 'params' | 'windowed' | 'span'>,
  summary: Pick<SubscriptionsSummary, 'changes' | 'churn' | 'churnBefore' | 'churnByMonth'>,
): readonly Kpi[] {
  const { changes, churn, churnBefore, churnByMonth } = summary;
  const [main] = churn;
  const before = churnBefore.find(({ currency }) => currency === main?.currency);
  const months = churnByMonth.filter(({ currency }) => currency === main?.currency);
  const cell = (metric: Metric, count: number, note: string, shareOf: (told: Churned) => Ratio | undefined): Kpi => {
    const own = wholeOf(main && shareOf(main));
    return {
      metric,
      value: formatShare(own.part, own.whole),
      range: rangeOf(view),
      count,
      note,
      change: sharesCompared(own, wholeOf(before && shareOf(before)), spanOf(view)),
      parts: months.map(shareOf).map((told) => told && Number(told.over) / Number(told.under)),
      href: metricHref(metric, view),
    };
  };
  const lost = main?.logoChurn;
  const currency = churn.length > 1 ? main?.currency : undefined;
  const ofOrgs = lost ? subscriptions.ofOrgs(String(lost.over), String(lost.under), currency) : '';
  const ofMrr = main ? subscriptions.ofMrr(formatMoney(main.startMinor, main.currency)) : '';
  return [
    cell(subscriptionMetrics.churn, changes.moved.churn.count, ofOrgs, ({ logoChurn }) => logoChurn),
    cell(subscriptionMetrics.revenueChurn, lossesOf(changes), ofMrr, lostOf),
  ];
}

type Churned = Pick<MrrFigures, 'logoChurn' | 'netRetention'>;

function wholeOf(told: Ratio | undefined): Share {
  return { part: Number(told?.over ?? 0), whole: Number(told?.under ?? 0) };
}

function lossesOf({ moved }: ChangesSummary) {
  return moved.expansion.count + moved.contraction.count + moved.churn.count;
}

function lostOf({ netRetention }: Churned): Ratio | undefined {
  return netRetention && { over: netRetention.under - netRetention.over, under: netRetention.under };
}

function mrrNote(sums: readonly Money[], pastDue: readonly Money[]) {
  const late = pastDue.find(({ currency }) => currency === sums[0]?.currency) ?? pastDue[0];
  const told = late && late.minor > 0n ? subscriptions.pastDue(formatMoney(late.minor, late.currency)) : '';
  return facts(otherCurrencies(sums), told);
}

/** Of the main currency: "new 120.00, churn −40.00". */
function movementsOf({ moved }: ChangesSummary, currency: string | undefined) {
  const told = movementKinds.flatMap((kind) => {
    const of = moved[kind].sums.find((money) => money.currency === currency);
    return of && of.minor !== 0n ? [`${subscriptions.movements[kind]} ${formatMoney(of.minor, currency)}`] : [];
  });
  return told.length > 0 ? told.join(', ') : subscriptions.noMovement;
}

function staleness({ at, query }: ListView<SubscriptionFilters>, through: number | undefined) {
  if (through === undefined) return messages.lists.throughNever;
  return at - through > staleMs ? messages.lists.stale(formatInstant(through, query.zone, 'minute')) : '';
}
