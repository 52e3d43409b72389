import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { dunning } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={dunning} kpis={Object.values(billingMetrics)} />;
}
