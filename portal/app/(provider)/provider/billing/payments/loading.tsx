import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { billing, payments } from '../../../../../messages/en-billing.ts';

export default function Loading() {
  return <ListSkeleton copy={payments} kpis={Object.values(billing.kpis)} />;
}
