import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { evaluations } from '../../../../messages/en-dev-aids.ts';
import { evaluationMetrics } from '../../../../metrics/developer.ts';

export default function Loading() {
  return <ListSkeleton copy={evaluations} kpis={Object.values(evaluationMetrics)} />;
}
