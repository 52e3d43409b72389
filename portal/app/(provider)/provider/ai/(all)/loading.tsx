import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { ai } from '../../../../../messages/en-ai.ts';
import { aiMetrics } from '../../../../../metrics/usage.ts';

export default function Loading() {
  return <ListSkeleton copy={ai} kpis={Object.values(aiMetrics)} />;
}
