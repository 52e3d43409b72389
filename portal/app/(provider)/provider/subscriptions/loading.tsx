import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';
import { subscriptionMetrics } from '../../../../metrics/revenue.ts';

export default function Loading() {
  return <ListSkeleton copy={subscriptions} kpis={Object.values(subscriptionMetrics)} />;
}
