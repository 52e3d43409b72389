import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { incidents } from '../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../metrics/operations.ts';

export default function Loading() {
  return <ListSkeleton copy={incidents} kpis={Object.values(incidentMetrics)} />;
}
