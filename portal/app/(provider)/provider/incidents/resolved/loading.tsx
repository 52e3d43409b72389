import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { resolvedIncidents as incidents } from '../../../../../messages/en-incidents.ts';
import { incidentMetrics } from '../../../../../metrics/operations.ts';

export default function Loading() {
  return <ListSkeleton copy={{ ...incidents, title: incidents.resolvedTitle }} kpis={Object.values(incidentMetrics)} />;
}
