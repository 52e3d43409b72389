import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { payments } from '../../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={payments} kpis={Object.values(billingMetrics)} />;
}
