import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { reconciliation } from '../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={reconciliation} kpis={Object.values(billingMetrics)} />;
}
