import { CardSkeleton } from '../../../../../components/card.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { themeGallery } from '../../../../../messages/en-dev-aids.ts';

export default function Loading() {
  return (
    <>
      <PageHead title={themeGallery.title} purpose={themeGallery.purpose} />
      <CardSkeleton />
    </>
  );
}
