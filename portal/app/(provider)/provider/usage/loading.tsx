import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { usage } from '../../../../messages/en-usage.ts';
import { usageMetrics } from '../../../../metrics/usage.ts';

export default function Loading() {
  return <ListSkeleton copy={usage} kpis={Object.values(usageMetrics)} />;
}
