import { DeliveryKpisSkeleton } from '../../../../../components/deliveries/delivery-kpis.tsx';
import { KpiStrip } from '../../../../../components/kpi/kpi-strip.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { TableSkeleton } from '../../../../../components/table/table-skeleton.tsx';
import { messages } from '../../../../../messages/en.ts';

export default function Loading() {
  return (
    <>
      <PageHead title={messages.deliveries.title} purpose={messages.deliveries.purpose} />
      <KpiStrip label={messages.deliveries.figures}>
        <DeliveryKpisSkeleton />
      </KpiStrip>
      <div className="flex flex-col gap-3">
        <div className="skeleton h-7 w-72" />
        <TableSkeleton />
      </div>
    </>
  );
}
