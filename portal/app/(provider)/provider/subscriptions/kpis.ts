import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { figureKpi, formatSums, otherCurrencies } from '../../../../components/list/figure-kpi.ts';
import type { ListView } from '../../../../components/list/list-view.ts';
import { formatCount, formatMoney, formatShare } from '../../../../format/numbers.ts';
import { formatInstant } from '../../../../format/times.ts';
import { messages } from '../../../../messages/en.ts';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import type { Money } from '../../../../services/provider/list-figures.ts';
import { movementKinds } from '../../../../services/provider/mrr.ts';
import type { Mrr } from '../../../../services/provider/mrr.ts';
import { paying } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionFilters } from '../../../../services/provider/subscriptions-list.ts';
import type { SubscriptionsSummary } from '../../../../services/provider/subscriptions.service.ts';

const monthsOfYear = 12n;
const staleMs = 15 * 60_000;

export function subscriptionKpis(view: ListView<SubscriptionFilters>, summary: SubscriptionsSummary): readonly Kpi[] {
  const { paying: all, pastDue, started, canceled, mrr } = summary;
  const { kpis } = subscriptions;
  const yearly = all.sums.map(({ currency, minor }) => ({ currency, minor: minor * monthsOfYear }));
  const whole = { changes: { status: paying.join(',') }, shows: 'sums', isWindowed: false } as const;
  return [
    figureKpi(view, { id: 'mrr', copy: kpis.mrr, figure: all, ...whole, note: mrrNote(all.sums, pastDue.sums) }),
    figureKpi(view, { id: 'arr', copy: kpis.arr, figure: { ...all, sums: yearly }, ...whole }),
    {
      ...figureKpi(view, {
        id: 'net',
        copy: kpis.net,
        figure: started,
        changes: {},
        isWindowed: true,
        note: [movementsOf(mrr), staleness(view, mrr)].filter(Boolean).join(' · '),
      }),
      value: formatSums(mrr.net),
      change: undefined,
    },
    {
      ...figureKpi(view, {
        id: 'churn',
        copy: kpis.churn,
        figure: canceled,
        changes: { status: 'canceled' },
        isWindowed: true,
        note: churnNote(mrr),
      }),
      value: formatShare(mrr.orgsChurned, mrr.orgsAtStart),
      change: undefined,
    },
  ];
}

function mrrNote(sums: readonly Money[], pastDue: readonly Money[]) {
  const [late] = pastDue;
  const told = late && late.minor > 0n ? subscriptions.pastDue(formatMoney(late.minor, late.currency)) : '';
  return [otherCurrencies(sums), told].filter(Boolean).join(', ');
}

/** Of the main currency: "new 120.00, churn 40.00". */
function movementsOf({ net, moved }: Mrr) {
  const currency = net[0]?.currency;
  const told = movementKinds.flatMap((kind) => {
    const of = moved[kind].find((money) => money.currency === currency);
    return of && of.minor > 0n ? [`${subscriptions.movements[kind]} ${formatMoney(of.minor, currency)}`] : [];
  });
  return told.length > 0 ? told.join(', ') : subscriptions.noMovement;
}

function churnNote({ orgsChurned, orgsAtStart, atStart, moved }: Mrr) {
  const [start] = atStart;
  const of = (money: readonly Money[]) =>
    Number(money.find(({ currency }) => currency === start?.currency)?.minor ?? 0n);
  const lost = of(moved.churn) + of(moved.contraction) - of(moved.expansion);
  const orgs = subscriptions.ofOrgs(formatCount(orgsChurned), formatCount(orgsAtStart));
  return start && start.minor > 0n
    ? `${orgs}, ${subscriptions.netChurn(formatShare(lost, Number(start.minor)))}`
    : orgs;
}

function staleness(view: ListView<SubscriptionFilters>, { through }: Mrr) {
  if (through === undefined) return messages.lists.throughNever;
  return view.at - through > staleMs ? messages.lists.stale(formatInstant(through, view.query.zone, 'minute')) : '';
}
