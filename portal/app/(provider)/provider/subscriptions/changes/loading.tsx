import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { planChanges } from '../../../../../messages/en-subscriptions.ts';
import { changeMetrics } from '../../../../../metrics/revenue.ts';

export default function Loading() {
  return <ListSkeleton copy={planChanges} kpis={Object.values(changeMetrics)} />;
}
