import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { messages } from '../../../../../messages/en.ts';
import { logMetrics } from '../../../../../metrics/operations.ts';

export default function Loading() {
  return <ListSkeleton copy={messages.deliveries} kpis={Object.values(logMetrics)} />;
}
