import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { formatCount, formatPercent, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatCredits } from '../../../../format/units.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { paths } from '../../../../paths.ts';
import { firstNames } from '../../../../services/provider/dashboard.service.ts';
import type { CreditsUsed } from '../../../../services/provider/dashboard.service.ts';
import type { FederationHealth } from '../../../../services/provider/federation-health.service.ts';
import type { ListFigure } from '../../../../services/provider/list-figures.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';
import type { Windowed } from './dashboard-view.ts';

const { kpis } = dashboard;

interface Told {
  readonly orgs: readonly string[];
}

interface Received {
  readonly received: ListFigure;
  /** Of the running day, which is in no whole day. */
  readonly today: number;
}

export function leadsKpi({ received, today }: Received, { words, span, isChosen }: Windowed, { orgs }: Told): Kpi {
  const { count, previous, parts } = received;
  return {
    id: 'leads',
    ...kpis.leads,
    value: formatCount(count),
    count,
    note: isChosen ? '' : dashboard.today(formatCount(today)),
    change: { value: count, previous, previousText: formatCount(previous), span },
    goodDirection: 'up',
    parts,
    href: listHref(paths.leads, changeParams('', { ...words, org: orgs.join(',') })),
  };
}

export function creditsKpi({ used, limit, nearLimit }: CreditsUsed, { orgs }: Told): Kpi {
  const { shown, more } = firstNames(nearLimit);
  const share = limit === 0n ? undefined : Number(used) / Number(limit);
  return {
    id: 'credits',
    ...kpis.credits,
    isUncounted: true,
    value: share === undefined ? nothing : formatPercent(share),
    note:
      share === undefined
        ? dashboard.noLimits
        : `${dashboard.ofLimit(formatCredits(used), formatCredits(limit))} · ${dashboard.near(shown, more)}`,
    ...(share !== undefined && { meter: { share, ticks } }),
    href: listHref(paths.ai, changeParams('', { alert: '90', from: 'mtd', tz: 'UTC', org: orgs.join(',') })),
  };
}

const ticks = [0.75, 0.9, 1];

export function incidentsKpi({ open, breaching, due }: IncidentsSummary, { orgs }: Told): Kpi {
  return {
    id: 'incidents',
    ...kpis.incidents,
    value: formatCount(open.count),
    count: open.count,
    note: dashboard.breaching(formatCount(breaching.count), formatCount(due.count)),
    goodDirection: 'down',
    href: listHref(paths.incidents, changeParams('', { org: orgs.join(',') })),
  };
}

export function federationKpi(
  { firstTime: { good, all }, log }: FederationHealth,
  { words, isChosen }: Windowed,
  { orgs }: Told,
): Kpi {
  return {
    id: 'federation',
    ...kpis.federation,
    isUncounted: true,
    value: all === 0 ? nothing : formatShare(good, all),
    note:
      all === 0
        ? isChosen
          ? dashboard.noDeliveriesInRange
          : dashboard.noDeliveries
        : dashboard.ofDeliveries(formatCount(good), formatCount(all)),
    goodDirection: 'up',
    parts: log.accepted.parts,
    href: listHref(paths.deliveryLog, changeParams('', { ...words, org: orgs.join(',') })),
  };
}
