import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { jobs } from '../../../../../messages/en-dev-aids.ts';
import { jobMetrics } from '../../../../../metrics/developer.ts';

export default function Loading() {
  return <ListSkeleton copy={jobs} kpis={Object.values(jobMetrics)} />;
}
