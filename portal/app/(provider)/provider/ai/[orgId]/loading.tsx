import { ListSkeleton } from '../../../../../components/list/list-skeleton.tsx';
import { ai, aiOrg } from '../../../../../messages/en-ai.ts';
import { aiOrgMetrics } from '../../../../../metrics/usage.ts';

/** Below the layout, which has looked whether there is such an organisation. */
export default function Loading() {
  return <ListSkeleton copy={{ ...aiOrg, title: ai.title }} kpis={Object.values(aiOrgMetrics)} />;
}
