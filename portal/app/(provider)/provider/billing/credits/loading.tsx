import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { credits } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={credits} kpis={Object.values(billingMetrics)} />;
}
