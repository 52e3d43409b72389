import { NearLink } from '../../../../components/near-link.tsx';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { RankedBars } from '../../../../components/charts/ranked-bars.tsx';
import { KpiStrip, kpiPart } from '../../../../components/kpi/kpi-strip.tsx';
import { part } from '../../../../components/part.tsx';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { presetWindow } from '../../../../lists/windows.ts';
import { dashboard } from '../../../../messages/en-dashboard.ts';
import { messages } from '../../../../messages/en.ts';
import { dashboardMetrics } from '../../../../metrics/overview.ts';
import { paths } from '../../../../paths.ts';
import { listAttention } from '../../../../services/provider/attention.service.ts';
import { auditList } from '../../../../services/provider/audit-list.ts';
import { listLatestAudit } from '../../../../services/provider/audit.service.ts';
import { readCreditsUsed, readReceived } from '../../../../services/provider/dashboard.service.ts';
import { deliveryTypes } from '../../../../services/provider/deliveries-query.ts';
import { noFilters } from '../../../../services/provider/deliveries-sql.ts';
import { readFirstTimes } from '../../../../services/provider/federation-health.service.ts';
import {
  countByCode,
  countByType,
  listLatestDeliveries,
  summarizeDeliveries,
} from '../../../../services/provider/federation.service.ts';
import type { CountOf } from '../../../../services/provider/federation.service.ts';
import { incidentsList } from '../../../../services/provider/incidents-list.ts';
import { readOpenIncidents } from '../../../../services/provider/incidents.service.ts';
import { Activity } from './activity.tsx';
import { AttentionList } from './attention.tsx';
import { windowedBy } from './dashboard-view.ts';
import type { DashboardView } from './dashboard-view.ts';
import { LatestDeliveries } from './latest-deliveries.tsx';
import { creditsKpi, federationKpi, incidentsKpi, leadsKpi } from './operations-kpis.ts';
import { RequestsByHour } from './requests-by-hour.tsx';

const latestShown = 10;
const preset = '24h';
const params = new URLSearchParams({ from: preset });

export async function OperationsStrip(view: DashboardView) {
  const { staff, query, at } = view;
  const { orgs } = query.filters;
  const [leads, log] = [windowedBy(view, '30d'), windowedBy(view, preset)];
  const incidents = incidentsList.parse(orgs.length > 0 ? { org: orgs.join(',') } : {}, { zone: 'UTC', now: at });
  const cells = await Promise.all([
    kpiPart(
      dashboardMetrics.leads.label,
      readReceived(staff, orgs, leads.window).then((read) => leadsKpi(read, leads)),
    ),
    kpiPart(
      dashboardMetrics.credits.label,
      readCreditsUsed(staff, orgs, at).then((read) => creditsKpi(read, leads.scope)),
    ),
    kpiPart(
      dashboardMetrics.incidents.label,
      readOpenIncidents(staff, incidents).then((read) => incidentsKpi(read, leads.scope)),
    ),
    kpiPart(
      dashboardMetrics.federation.label,
      readFirstTimes(staff, log.window, orgs).then((read) => federationKpi(read, log)),
    ),
  ]);
  return <KpiStrip label={dashboard.operations}>{cells}</KpiStrip>;
}

export async function NeedsAttention({ staff, query, preferences, at }: DashboardView) {
  const list = await part(listAttention(staff, at, query.filters.orgs), <CardSkeleton />, (rows) => (
    <AttentionList rows={rows} zone={preferences.zone} />
  ));
  return <Card title={dashboard.attention}>{list}</Card>;
}

export async function LatestActivity({ staff, query, preferences, at }: DashboardView) {
  const org = query.filters.orgs.join(',');
  const own = auditList.parse({ ...(org && { org }) }, { zone: 'UTC', now: at });
  const table = await part(listLatestAudit(staff, own, latestShown), <CardSkeleton />, (rows) => (
    <Activity rows={rows} zone={preferences.zone} at={at} />
  ));
  return (
    <Card
      title={dashboard.activity}
      aside={
        <NearLink href={paths.audit} className="text-fg-2 hover:text-fg hover:underline">
          {dashboard.activityMore}
        </NearLink>
      }
    >
      {table}
    </Card>
  );
}

/** What the gateway took in the last day. Each part loads and fails alone. */
export async function Gateway({ staff, query, preferences, at }: DashboardView) {
  const { orgs } = query.filters;
  const window = presetWindow(preset, at, preferences.zone);
  const [hours, latest, types, codes] = await Promise.all([
    part(summarizeDeliveries(staff, { ...noFilters, orgs }, window), <CardSkeleton />, (read) => (
      <RequestsByHour summary={read} zone={preferences.zone} />
    )),
    part(listLatestDeliveries(staff, latestShown, orgs), <CardSkeleton />, (rows) => (
      <LatestDeliveries rows={rows} preferences={preferences} at={at} />
    )),
    part(countByType(staff, deliveryTypes, window, orgs), <CardSkeleton />, (rows) => (
      <Ranked rows={rows} orgs={orgs} name="type" empty={messages.dashboard.byTypeEmpty} />
    )),
    part(countByCode(staff, window, orgs), <CardSkeleton />, (rows) => (
      <Ranked rows={rows} orgs={orgs} name="code" empty={messages.dashboard.byCodeEmpty} />
    )),
  ]);
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-12">
      <div className="flex min-w-0 flex-col gap-5 xl:col-span-8">
        <Card title={messages.dashboard.byHour}>{hours}</Card>
        <Card title={messages.dashboard.latest} aside={<LogLink />}>
          {latest}
        </Card>
      </div>
      <div className="flex min-w-0 flex-col gap-5 xl:col-span-4">
        <Card title={messages.dashboard.byType}>{types}</Card>
        <Card title={messages.dashboard.byCode}>{codes}</Card>
      </div>
    </div>
  );
}

function LogLink() {
  return (
    <NearLink href={paths.deliveryLog} className="text-fg-2 hover:text-fg hover:underline">
      {messages.dashboard.openLog}
    </NearLink>
  );
}

interface RankedProps {
  readonly rows: readonly CountOf[];
  readonly orgs: readonly string[];
  readonly name: 'type' | 'code';
  readonly empty: string;
}

const fileNames = { type: 'events-by-type', code: 'refused-by-reason' } as const;

function Ranked({ rows, orgs, name, empty }: RankedProps) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{empty}</p>;
  return (
    <RankedBars
      heads={messages.dashboard.rankedHeads[name]}
      fileName={fileNames[name]}
      rows={rows.map((row) => ({
        ...row,
        href: listHref(paths.deliveryLog, changeParams(params, { [name]: row.name, org: orgs.join(',') })),
      }))}
    />
  );
}
