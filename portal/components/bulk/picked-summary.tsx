import type { Picked } from '../../actions/picked.ts';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';

/** The filter that a write of all that match is about. */
export function PickedSummary({ picked }: { readonly picked: Picked }) {
  if (picked.kind === 'ids') return null;
  const words = [...new URLSearchParams(picked.params)].filter(([name]) => name !== 'size' && name !== 'sort');
  return (
    <dl className="flex flex-col gap-1 rounded-control bg-sunken px-3 py-2">
      <dt className="text-label text-fg-2">{messages.bulk.filterOf(formatCount(picked.seen))}</dt>
      {words.length === 0 && <dd>{messages.bulk.everything}</dd>}
      {words.map(([name, value]) => (
        <dd key={name} className="wrap-anywhere">
          {name}: <bdi>{value.replaceAll(',', ', ')}</bdi>
        </dd>
      ))}
    </dl>
  );
}
