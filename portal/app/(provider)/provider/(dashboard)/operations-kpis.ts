import type { Kpi } from '../../../../components/kpi/kpi.ts';
import { staleText } from '../../../../components/stale.tsx';
import { formatCount, formatPercent, formatShare, nothing } from '../../../../format/numbers.ts';
import { formatCredits } from '../../../../format/units.ts';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { messages } from '../../../../messages/en.ts';
import { metrics } from '../../../../metrics.ts';
import { paths } from '../../../../paths.ts';
import { firstNames } from '../../../../services/provider/dashboard.service.ts';
import type { CreditsUsed, LeadsReceived } from '../../../../services/provider/dashboard.service.ts';
import type { FederationHealth } from '../../../../services/provider/federation-health.service.ts';
import type { IncidentsSummary } from '../../../../services/provider/incidents.service.ts';

const { kpis } = dashboard;

interface Told {
  readonly orgs: readonly string[];
  readonly at: number;
  readonly zone: string;
}

export function leadsKpi({ now, before, byDay, today, through }: LeadsReceived, { orgs, at, zone }: Told): Kpi {
  return {
    id: 'leads',
    ...kpis.leads,
    value: formatCount(now),
    count: now,
    note: dashboard.today(formatCount(today)),
    stale: staleText({ through, at, zone }),
    change: {
      value: now,
      previous: before,
      previousText: formatCount(before),
      span: messages.lists.previousSpans['30d'],
    },
    goodDirection: 'up',
    parts: byDay,
    href: metrics.leads.href({ from: '30d', orgs, sources: [] }),
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
    href: listHref(paths.ai, changeParams('', { alert: '90', from: 'mtd', org: orgs.join(',') })),
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

export function federationKpi({ firstTime: { good, all }, log }: FederationHealth, { orgs }: Told): Kpi {
  return {
    id: 'federation',
    ...kpis.federation,
    isUncounted: true,
    value: all === 0 ? nothing : formatShare(good, all),
    note: all === 0 ? dashboard.noDeliveries : dashboard.ofDeliveries(formatCount(good), formatCount(all)),
    goodDirection: 'up',
    parts: log.accepted.parts,
    href: listHref(paths.deliveryLog, changeParams('', { from: '24h', org: orgs.join(',') })),
  };
}
