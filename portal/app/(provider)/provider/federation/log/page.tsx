import type { Metadata } from 'next';
import { NearLink } from '../../../../../components/near-link.tsx';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { deliveryKpis } from '../../../../../components/deliveries/delivery-kpis.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import type { Scope } from '../../../../../metrics/metric.ts';
import { logMetrics } from '../../../../../metrics/operations.ts';
import { SelectionProvider } from '../../../../../components/bulk/selection.tsx';
import { openList } from '../../../../../components/list/open-list.ts';
import { ExportMenu } from '../../../../../components/list/export-menu.tsx';
import { presetNames } from '../../../../../components/list/list-page.tsx';
import { ListTools } from '../../../../../components/list/list-tools.tsx';
import { arrange } from '../../../../../lists/list-layout.ts';
import type { RawParams } from '../../../../../lists/url-grammar.ts';
import { dayOf } from '../../../../../lists/zones.ts';
import { paths } from '../../../../../paths.ts';
import { Dropped } from '../../../../../components/filters/dropped.tsx';
import { KpiStrip } from '../../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { presetWindow } from '../../../../../lists/windows.ts';
import { listHref } from '../../../../../lists/list-href.ts';
import { replays } from '../../../../../messages/en-replays.ts';
import { messages } from '../../../../../messages/en.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { now } from '../../../../../server/now.ts';
import { parseDeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import { deliveriesParams } from '../../../../../services/provider/deliveries-url.ts';
import {
  getDelivery,
  listDeliveries,
  summarizeDeliveries,
} from '../../../../../services/provider/federation.service.ts';
import { FederationTabs } from '../tabs.tsx';
import { DeliveryMenu, ReplayDialogs } from './delivery-menu.tsx';
import { namedDelivery } from './named-delivery.ts';
import { DeliveryFilterBar } from './delivery-filter-bar.tsx';
import { DeliveryPanel } from './delivery-panel.tsx';
import { deliveryColumns, DeliveryTable } from './delivery-table.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: messages.deliveries.title };

export default async function DeliveryLog({ searchParams }: PageProps<'/provider/federation/log'>) {
  const staff = await requireAccess('federation');
  const { query, own, view, layout, window, at, preferences, tab, isWhole } = await readLog(searchParams);
  const { params, openId } = view;
  const summary = summarizeDeliveries(staff, query, window);
  const [list, kpis, panel] = await Promise.all([
    triedPage(listDeliveries(staff, query)),
    figures(summary, logMetrics, (told) => deliveryKpis(told, scopeOf(query, own), previousSpanOf(query))),
    openId === undefined ? undefined : tried(getDelivery(staff, openId)),
  ]);
  const columns = deliveryColumns(query, params, preferences, list.through);
  const opened = openId !== undefined && (
    <DeliveryPanel
      {...view}
      list={list}
      id={openId}
      tab={tab}
      isWhole={isWhole}
      detail={panel}
      maySee={(page) => can(staff, page)}
    />
  );
  if (isWhole) return <ReplayDialogs>{opened}</ReplayDialogs>;
  return (
    <ReplayDialogs>
      <SelectionProvider pageIds={list.rows.map(({ id }) => id)} params={own.toString()} total={list.count.value}>
        <Head query={query} own={own} through={list.failed ? undefined : list.through} />
        <FederationTabs current="log" />
        <SectionBoundary label={messages.deliveries.figures}>
          <KpiStrip label={messages.deliveries.figures}>{kpis}</KpiStrip>
        </SectionBoundary>
        <div className="flex flex-col gap-3">
          <DeliveryFilterBar {...view} staff={staff} at={at}>
            <ListTools
              list={paths.deliveryLog}
              allHref={paths.deliveryLog}
              path={paths.deliveryLog}
              params={own.toString()}
              columns={columns}
              layout={layout}
              density={preferences.density}
              isRowOpen={openId !== undefined}
              refreshes={[]}
            />
          </DeliveryFilterBar>
          <Dropped names={query.dropped} />
          <DeliveryTable
            {...view}
            columns={arrange(columns, layout.columns)}
            preferences={preferences}
            list={list}
            rowMenu={(row) => <DeliveryMenu of={namedDelivery(row)} />}
            label={(row) => namedDelivery(row).label}
          />
        </div>
        {opened}
      </SelectionProvider>
    </ReplayDialogs>
  );
}

interface HeadProps {
  readonly query: DeliveriesQuery;
  readonly own: URLSearchParams;
  readonly through: number | undefined;
}

function Head({ query, own, through }: HeadProps) {
  return (
    <PageHead
      title={messages.deliveries.title}
      purpose={messages.deliveries.purpose}
      {...(through !== undefined && { through: { at: through, zone: query.zone } })}
    >
      <ExportMenu path={paths.logExport} params={own.toString()} zone={query.zone} presets={presetNames} />
      <NearLink
        href={listHref(paths.replay, own)}
        title={replays.choose.fromLogHint}
        data-palette=""
        className="button button-small"
      >
        {replays.choose.fromLog}
      </NearLink>
    </PageHead>
  );
}

/** The log as its address asks for it. */
async function readLog(searchParams: Promise<RawParams>) {
  const [raw, preferences] = await Promise.all([searchParams, readPreferences()]);
  const at = now();
  const { zone } = preferences;
  const { query, layout } = await openList({ path: paths.deliveryLog }, raw, dayOf(at, zone), {
    parse: (told) => parseDeliveriesQuery(told, { zone, now: at }),
    write: (told) => deliveriesParams(told, zone).toString(),
  });
  const own = deliveriesParams(query, zone);
  const params = new URLSearchParams(own);
  if (layout.opened) params.set('view', layout.opened.id);
  const openId = typeof raw['row'] === 'string' ? raw['row'] : undefined;
  return {
    query,
    own,
    view: { query, params, openId },
    layout,
    window: query.range?.window ?? presetWindow('24h', at, query.zone),
    at,
    preferences,
    tab: typeof raw['tab'] === 'string' ? raw['tab'] : undefined,
    isWhole: openId !== undefined && raw['whole'] === '1',
  };
}

/** Of the chosen range, or of the last day where none is chosen. */
function scopeOf({ range }: DeliveriesQuery, params: URLSearchParams): Scope {
  const windowed = new URLSearchParams(params);
  if (!range) windowed.set('from', '24h');
  return { params, windowed };
}

function previousSpanOf({ range }: DeliveriesQuery) {
  const isDay = !range || range.preset === '24h';
  return isDay ? messages.dashboard.previous24h : messages.lists.previousSpan;
}
