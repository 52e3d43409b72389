import { CardSkeleton } from '../../../../../components/card.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { contract } from '../../../../../messages/en-dev-aids.ts';

export default function Loading() {
  return (
    <>
      <PageHead title={contract.title} purpose={contract.purpose} />
      <CardSkeleton />
    </>
  );
}
