import { KpiSkeleton, KpiStrip } from '../kpi/kpi-strip.tsx';
import { PageHead } from '../page-head.tsx';
import { TableSkeleton } from '../table/table-skeleton.tsx';
import type { ListCopy } from './list-page.tsx';

interface ListSkeletonProps {
  readonly copy: Pick<ListCopy, 'title' | 'purpose' | 'figures'>;
  readonly kpis: readonly { readonly label: string }[];
}

/** A list while it is read, at its final size. */
export function ListSkeleton({ copy, kpis }: ListSkeletonProps) {
  return (
    <>
      <PageHead title={copy.title} purpose={copy.purpose} />
      <KpiStrip label={copy.figures}>
        <KpiSkeletons kpis={kpis} />
      </KpiStrip>
      <div className="flex flex-col gap-3">
        <div className="skeleton h-7 w-72" />
        <TableSkeleton />
      </div>
    </>
  );
}

export function KpiSkeletons({ kpis }: Pick<ListSkeletonProps, 'kpis'>) {
  return kpis.map(({ label }) => <KpiSkeleton key={label} label={label} />);
}
