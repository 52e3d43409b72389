import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { aiAlerts } from '../../../../../messages/en-ai.ts';
import { aiAlertMetrics } from '../../../../../metrics/usage.ts';

export default function Loading() {
  return <ListSkeleton copy={aiAlerts} kpis={Object.values(aiAlertMetrics)} />;
}
