import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { aiAlerts } from '../../../../../messages/en-ai.ts';

export default function Loading() {
  return <ListSkeleton copy={aiAlerts} kpis={Object.values(aiAlerts.kpis)} />;
}
