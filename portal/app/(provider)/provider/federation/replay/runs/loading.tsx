import { ListSkeleton } from '../../../../../../components/list/list-skeleton.tsx';
import { replayRuns } from '../../../../../../messages/en-replays.ts';
import { replayRunMetrics } from '../../../../../../metrics/replays.ts';

export default function Loading() {
  return <ListSkeleton copy={replayRuns} kpis={Object.values(replayRunMetrics)} />;
}
