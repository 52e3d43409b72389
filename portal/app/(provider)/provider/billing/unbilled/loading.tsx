import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { unbilled } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={unbilled} kpis={Object.values(billingMetrics)} />;
}
