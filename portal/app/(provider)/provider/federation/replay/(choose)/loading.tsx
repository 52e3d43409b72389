import { PageHead } from '../../../../../../components/page-head.tsx';
import { TableSkeleton } from '../../../../../../components/table/table-skeleton.tsx';
import { replays } from '../../../../../../messages/en-replays.ts';

export default function Loading() {
  return (
    <>
      <PageHead title={replays.title} purpose={replays.purpose} />
      <div className="card skeleton h-56" aria-busy="true" />
      <TableSkeleton />
    </>
  );
}
