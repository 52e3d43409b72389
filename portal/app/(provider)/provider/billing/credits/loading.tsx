import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { billing } from '../../../../../messages/en-billing.ts';
import { credits } from '../../../../../messages/en-receivables.ts';

export default function Loading() {
  return <ListSkeleton copy={credits} kpis={Object.values(billing.kpis)} />;
}
