import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { jobs } from '../../../../../messages/en-dev-aids.ts';

export default function Loading() {
  return <ListSkeleton copy={jobs} kpis={Object.values(jobs.kpis)} />;
}
