import Link from 'next/link';
import type { Staff } from '../../../../auth/session.ts';
import { Card, CardSkeleton } from '../../../../components/card.tsx';
import { RankedBars } from '../../../../components/charts/ranked-bars.tsx';
import { DeliveryKpis, DeliveryKpisSkeleton } from '../../../../components/deliveries/delivery-kpis.tsx';
import { KpiStrip } from '../../../../components/kpi/kpi-strip.tsx';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { changeParams, listHref } from '../../../../lists/list-href.ts';
import { presetWindow } from '../../../../lists/windows.ts';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import { deliveryTypes } from '../../../../services/provider/deliveries-query.ts';
import { noFilters } from '../../../../services/provider/deliveries-sql.ts';
import {
  countByCode,
  countByType,
  listLatestDeliveries,
  summarizeDeliveries,
} from '../../../../services/provider/federation.service.ts';
import type { CountOf } from '../../../../services/provider/federation.service.ts';
import { LatestDeliveries } from './latest-deliveries.tsx';
import { RequestsByHour } from './requests-by-hour.tsx';

const latestShown = 10;
const preset = '24h';
const params = new URLSearchParams({ from: preset });

interface OperationsProps {
  readonly staff: Staff;
  readonly preferences: Preferences;
  readonly at: number;
}

/** What the gateway took in the last day. Each part loads and fails alone. */
export async function Operations({ staff, preferences, at }: OperationsProps) {
  const window = presetWindow(preset, at, preferences.zone);
  const summary = summarizeDeliveries(staff, noFilters, window);
  const [kpis, hours, latest, types, codes] = await Promise.all([
    part(summary, <DeliveryKpisSkeleton />, (read) => (
      <DeliveryKpis summary={read} params={params} previousSpan={messages.dashboard.previous24h} />
    )),
    part(summary, <CardSkeleton />, (read) => <RequestsByHour summary={read} zone={preferences.zone} />),
    part(listLatestDeliveries(staff, latestShown), <CardSkeleton />, (rows) => (
      <LatestDeliveries rows={rows} preferences={preferences} at={at} />
    )),
    part(countByType(staff, deliveryTypes, window), <CardSkeleton />, (rows) => (
      <Ranked rows={rows} name="type" empty={messages.dashboard.byTypeEmpty} />
    )),
    part(countByCode(staff, window), <CardSkeleton />, (rows) => (
      <Ranked rows={rows} name="code" empty={messages.dashboard.byCodeEmpty} />
    )),
  ]);
  return (
    <>
      <SectionBoundary label={messages.dashboard.deliveries}>
        <KpiStrip label={messages.dashboard.deliveries}>{kpis}</KpiStrip>
      </SectionBoundary>
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
    </>
  );
}

function LogLink() {
  return (
    <Link href={paths.deliveryLog} className="text-fg-2 hover:text-fg hover:underline">
      {messages.dashboard.openLog}
    </Link>
  );
}

interface RankedProps {
  readonly rows: readonly CountOf[];
  readonly name: 'type' | 'code';
  readonly empty: string;
}

function Ranked({ rows, name, empty }: RankedProps) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{empty}</p>;
  return (
    <RankedBars
      rows={rows.map((row) => ({
        ...row,
        href: listHref(paths.deliveryLog, changeParams(params, { [name]: row.name })),
      }))}
    />
  );
}
