import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { invoices } from '../../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';

export default function Loading() {
  return <ListSkeleton copy={invoices} kpis={Object.values(billingMetrics)} />;
}
