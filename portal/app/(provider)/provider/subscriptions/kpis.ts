import type { MrrFigures } from '#domain/billing/churn';
import type { Ratio } from '#domain/billing/ratios';
import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import { mrrCourse } from '../../../../components/list/mrr-course.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatMoney, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { metricHref } from '../../../../metrics/metric.ts';
import { subscriptionMetrics } from '../../../../metrics/revenue.ts';
import type { ChangesSummary } from '../../../../services/provider/changes.service.ts';
import type { Money } from '../../../../services/provider/money-sums.ts';
import { movementKinds } from '../../../../services/provider/mrr.ts';
import type { SubscriptionFilters } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionsSummary } from '../../../../services/provider/subscriptions.service.ts';

const monthsOfYear = 12n;
const staleMs = 15 * 60_000;

export function subscriptionKpis(view: ListView<SubscriptionFilters>, summary: SubscriptionsSummary): readonly Kpi[] {
  const { paying, level, pastDue, changes, churn, through } = summary;
  const yearly = paying.sums.map(({ currency, minor }) => ({ currency, minor: minor * monthsOfYear }));
  // The currency that has most of it, whose shares are shown.
  const main = churn.toSorted((a, b) => Number(b.startMinor - a.startMinor))[0];
  return [
    {
      ...figureKpi(view, subscriptionMetrics.mrr, paying, { note: mrrNote(paying.sums, pastDue.sums) }),
      ...(level && mrrCourse(level)),
    },
    figureKpi(view, subscriptionMetrics.arr, { ...paying, sums: yearly }),
    figureKpi(view, subscriptionMetrics.net, changes.net, {
      note: [movementsOf(changes), staleness(view, through)].filter(Boolean).join(' · '),
    }),
    {
      metric: subscriptionMetrics.churn,
      value: shareOf(main?.logoChurn),
      count: changes.moved.churn.count,
      note: main?.logoChurn ? subscriptions.ofOrgs(String(main.logoChurn.over), String(main.logoChurn.under)) : '',
      href: metricHref(subscriptionMetrics.churn, view),
    },
    {
      metric: subscriptionMetrics.revenueChurn,
      value: shareOf(main && lostOf(main)),
      count: lossesOf(changes),
      note: main ? subscriptions.ofMrr(formatMoney(main.startMinor, main.currency)) : '',
      href: metricHref(subscriptionMetrics.revenueChurn, view),
    },
  ];
}

function lossesOf({ moved }: ChangesSummary) {
  return moved.expansion.count + moved.contraction.count + moved.churn.count;
}

function lostOf({ netRetention }: MrrFigures): Ratio | undefined {
  return netRetention && { over: netRetention.under - netRetention.over, under: netRetention.under };
}

function shareOf(told: Ratio | undefined) {
  return told ? formatShare(Number(told.over), Number(told.under)) : nothing;
}

function mrrNote(sums: readonly Money[], pastDue: readonly Money[]) {
  const [late] = pastDue;
  const told = late && late.minor > 0n ? subscriptions.pastDue(formatMoney(late.minor, late.currency)) : '';
  return [otherCurrencies(sums), told].filter(Boolean).join(', ');
}

/** Of the main currency: "new 120.00, churn −40.00". */
function movementsOf({ net, moved }: ChangesSummary) {
  const currency = net.sums[0]?.currency;
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
