'use client';

import Link from 'next/link';
import { BulkBar } from '../../../../../components/bulk/bulk-bar.tsx';
import { ExportChosen } from '../../../../../components/bulk/export-chosen.tsx';
import { useSelection } from '../../../../../components/bulk/selection.tsx';
import { listHref } from '../../../../../lists/list-href.ts';
import { replays } from '../../../../../messages/en-replays.ts';
import { paths, replayOf } from '../../../../../paths.ts';

interface DeliveryBulkProps {
  readonly total: number;
  readonly isCapped: boolean;
}

/** What can be done with the lines of the log that are chosen. */
export function DeliveryBulk(props: DeliveryBulkProps) {
  return (
    <BulkBar {...props}>
      <ReplayChosen />
      <ExportChosen path={paths.logExport} />
    </BulkBar>
  );
}

/** To the first step of a replay, which has their events or the filter filled in. */
function ReplayChosen() {
  const { picked } = useSelection();
  const events = picked.kind === 'ids' ? picked.ids.flatMap((id) => /\.(evt_[\w-]+)$/.exec(id)?.[1] ?? []) : [];
  const { replayChosen, one } = replays;
  if (picked.kind === 'ids' && events.length === 0) {
    return (
      <button type="button" className="button button-small" aria-disabled="true" title={one.noEvent}>
        {replayChosen}
      </button>
    );
  }
  const href =
    picked.kind === 'matching' ? listHref(paths.replay, new URLSearchParams(picked.params)) : replayOf(events);
  return (
    <Link href={href} prefetch={false} className="button button-small">
      {replayChosen}
    </Link>
  );
}
