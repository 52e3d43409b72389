import { ListSkeleton } from '../../../../../../components/list/list-skeleton.tsx';
import { replays } from '../../../../../../messages/en-replays.ts';
import { replayMetrics } from '../../../../../../metrics/replays.ts';

export default function Loading() {
  return <ListSkeleton copy={replays} kpis={Object.values(replayMetrics)} />;
}
