import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { billing } from '../../../../../messages/en-billing.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';

export default function Loading() {
  return <ListSkeleton copy={dunning} kpis={Object.values(billing.kpis)} />;
}
