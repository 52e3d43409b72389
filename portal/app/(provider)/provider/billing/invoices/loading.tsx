import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { billing, invoices } from '../../../../../messages/en-billing.ts';

export default function Loading() {
  return <ListSkeleton copy={invoices} kpis={Object.values(billing.kpis)} />;
}
