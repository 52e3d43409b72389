import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { leads } from '../../../../messages/en-leads.ts';
import { leadMetrics } from '../../../../metrics/revenue.ts';

export default function Loading() {
  return <ListSkeleton copy={leads} kpis={Object.values(leadMetrics)} />;
}
