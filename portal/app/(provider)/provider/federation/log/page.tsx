import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { DeliveryKpis, DeliveryKpisSkeleton } from '../../../../../components/deliveries/delivery-kpis.tsx';
import { Dropped } from '../../../../../components/filters/dropped.tsx';
import { KpiStrip } from '../../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { part } from '../../../../../components/part.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { presetWindow } from '../../../../../lists/windows.ts';
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
import { DeliveryFilterBar } from './delivery-filter-bar.tsx';
import { DeliveryPanel } from './delivery-panel.tsx';
import { DeliveryTable } from './delivery-table.tsx';

export const metadata: Metadata = { title: messages.deliveries.title };

export default async function DeliveryLog({ searchParams }: PageProps<'/provider/federation/log'>) {
  const staff = await requireAccess('federation');
  const [raw, preferences] = await Promise.all([searchParams, readPreferences()]);
  const at = now();
  const query = parseDeliveriesQuery(raw, { zone: preferences.zone, now: at });
  const params = deliveriesParams(query, preferences.zone);
  const openId = typeof raw['row'] === 'string' ? raw['row'] : undefined;
  const window = query.range?.window ?? presetWindow('24h', at, query.zone);
  const [list, figures, panel] = await Promise.all([
    listDeliveries(staff, query),
    part(summarizeDeliveries(staff, query, window), <DeliveryKpisSkeleton />, (summary) => (
      <DeliveryKpis summary={summary} {...figuresOf(query, params)} />
    )),
    openId === undefined ? undefined : getDelivery(staff, openId),
  ]);
  const view = { query, params, openId };
  return (
    <>
      <PageHead
        title={messages.deliveries.title}
        purpose={messages.deliveries.purpose}
        through={{ at: list.through, zone: query.zone }}
      />
      <FederationTabs current="log" />
      <SectionBoundary label={messages.deliveries.figures}>
        <KpiStrip label={messages.deliveries.figures}>{figures}</KpiStrip>
      </SectionBoundary>
      <div className="flex flex-col gap-3">
        <DeliveryFilterBar {...view} staff={staff} at={at} />
        <Dropped names={query.dropped} />
        <DeliveryTable {...view} preferences={preferences} list={list} />
      </div>
      {openId !== undefined && (
        <DeliveryPanel
          query={query}
          params={params}
          list={list}
          id={openId}
          detail={panel}
          tab={typeof raw['tab'] === 'string' ? raw['tab'] : undefined}
        />
      )}
    </>
  );
}

/** Of the chosen range, or of the last day where none is chosen. */
function figuresOf(query: DeliveriesQuery, params: URLSearchParams) {
  const windowed = new URLSearchParams(params);
  if (!query.range) windowed.set('from', '24h');
  const isDay = !query.range || query.range.preset === '24h';
  return { params: windowed, previousSpan: isDay ? messages.dashboard.previous24h : messages.lists.previousSpan };
}
