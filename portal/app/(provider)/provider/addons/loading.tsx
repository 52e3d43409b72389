import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { addons } from '../../../../messages/en-addons.ts';
import { addonMetrics } from '../../../../metrics/revenue.ts';

export default function Loading() {
  return <ListSkeleton copy={addons} kpis={Object.values(addonMetrics)} />;
}
