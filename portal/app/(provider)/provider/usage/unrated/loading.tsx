import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { unrated } from '../../../../../messages/en-usage.ts';
import { unratedMetrics } from '../../../../../metrics/usage.ts';

export default function Loading() {
  return <ListSkeleton copy={unrated} kpis={Object.values(unratedMetrics)} />;
}
