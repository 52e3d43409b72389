import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { leads } from '../../../../messages/en-leads.ts';

export default function Loading() {
  return <ListSkeleton copy={leads} kpis={Object.values(leads.kpis)} />;
}
