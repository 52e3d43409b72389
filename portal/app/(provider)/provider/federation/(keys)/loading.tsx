import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { keys } from '../../../../../messages/en-keys.ts';
import { keyMetrics } from '../../../../../metrics/operations.ts';

export default function Loading() {
  return <ListSkeleton copy={keys} kpis={Object.values(keyMetrics)} />;
}
