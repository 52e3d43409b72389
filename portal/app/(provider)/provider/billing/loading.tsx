import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { billing, reconciliation } from '../../../../messages/en-billing.ts';

export default function Loading() {
  return <ListSkeleton copy={reconciliation} kpis={Object.values(billing.kpis)} />;
}
