import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { audit } from '../../../../messages/en-audit.ts';

export default function Loading() {
  return <ListSkeleton copy={audit} kpis={Object.values(audit.kpis)} />;
}
