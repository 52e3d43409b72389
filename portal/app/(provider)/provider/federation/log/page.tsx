import type { Metadata } from 'next';
import { Suspense } from 'react';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { DeliveryKpis, DeliveryKpisSkeleton } from '../../../../../components/deliveries/delivery-kpis.tsx';
import { KpiStrip } from '../../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { presetWindow } from '../../../../../lists/windows.ts';
import type { Window } from '../../../../../lists/windows.ts';
import { messages } from '../../../../../messages/en.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { headStart } from '../../../../../server/head-start.ts';
import { now } from '../../../../../server/now.ts';
import { parseDeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import { deliveriesParams } from '../../../../../services/provider/deliveries-url.ts';
import {
  getDelivery,
  listDeliveries,
  summarizeDeliveries,
} from '../../../../../services/provider/federation.service.ts';
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
  const [list] = await Promise.all([
    listDeliveries(staff, query),
    headStart([
      summarizeDeliveries(staff, query, window),
      ...(openId === undefined ? [] : [getDelivery(staff, openId)]),
    ]),
  ]);
  const view = { staff, query, params, preferences, openId };
  return (
    <>
      <PageHead
        title={messages.deliveries.title}
        purpose={messages.deliveries.purpose}
        through={{ at: list.through, zone: query.zone }}
      />
      <Figures {...view} window={window} />
      <div className="flex flex-col gap-3">
        <DeliveryFilterBar {...view} at={at} />
        <Dropped names={query.dropped} />
        <DeliveryTable {...view} list={list} />
      </div>
      {openId !== undefined && (
        <Suspense>
          <DeliveryPanel
            {...view}
            list={list}
            id={openId}
            tab={typeof raw['tab'] === 'string' ? raw['tab'] : undefined}
          />
        </Suspense>
      )}
    </>
  );
}

interface FiguresProps {
  readonly staff: Awaited<ReturnType<typeof requireAccess>>;
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly window: Window;
}

/** Of the chosen range, or of the last day where none is chosen. */
function Figures({ staff, query, params, window }: FiguresProps) {
  const windowed = new URLSearchParams(params);
  if (!query.range) windowed.set('from', '24h');
  const isDay = !query.range || query.range.preset === '24h';
  return (
    <SectionBoundary label={messages.deliveries.figures}>
      <KpiStrip label={messages.deliveries.figures}>
        <Suspense fallback={<DeliveryKpisSkeleton />}>
          <DeliveryKpis
            staff={staff}
            filters={query}
            window={window}
            params={windowed}
            previousSpan={isDay ? messages.dashboard.previous24h : messages.deliveries.previousSpan}
          />
        </Suspense>
      </KpiStrip>
    </SectionBoundary>
  );
}

function Dropped({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <p role="status" className="rounded-control bg-warn-soft px-3 py-2 text-warn-text">
      {messages.deliveries.dropped(names.join(', '))}
    </p>
  );
}
