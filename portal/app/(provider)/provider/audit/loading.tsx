import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { audit } from '../../../../messages/en-audit.ts';
import { auditMetrics } from '../../../../metrics/operations.ts';

export default function Loading() {
  return <ListSkeleton copy={audit} kpis={Object.values(auditMetrics)} />;
}
