import { ListSkeleton } from '../../../../components/list/list-skeleton.tsx';
import { subscriptions } from '../../../../messages/en-subscriptions.ts';

export default function Loading() {
  return <ListSkeleton copy={subscriptions} kpis={Object.values(subscriptions.kpis)} />;
}
