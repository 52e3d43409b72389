import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card } from '../../../../../components/card.tsx';
import { PageHead } from '../../../../../components/page-head.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { formatCount } from '../../../../../format/numbers.ts';
import { themeGallery } from '../../../../../messages/en-dev-aids.ts';
import { messages } from '../../../../../messages/en.ts';
import { listPacks } from '../../../../../services/provider/theme-gallery.service.ts';
import type { PackShown, PairShown } from '../../../../../services/provider/theme-gallery.service.ts';
import { DevAidsTabs } from '../tabs.tsx';

export const metadata: Metadata = { title: themeGallery.title };

export default async function Themes() {
  const staff = await requireAccess('dev-aids');
  return (
    <>
      <PageHead title={themeGallery.title} purpose={themeGallery.purpose} />
      <DevAidsTabs current="themes" />
      {listPacks(staff).map((pack) => (
        <Card key={pack.name} title={messages.themes[pack.name]} aside={<Passing pack={pack} />}>
          <ul className="grid grid-cols-[repeat(auto-fill,minmax(168px,1fr))] gap-2 px-4 pt-1 pb-4">
            {pack.pairs.map((pair) => (
              <Pair key={pair.name} pair={pair} />
            ))}
          </ul>
        </Card>
      ))}
    </>
  );
}

function Passing({ pack: { kind, pairs } }: { readonly pack: PackShown }) {
  const passing = pairs.filter(isPassing).length;
  return (
    <span className="flex items-center gap-2 text-fg-2">
      {themeGallery.kinds[kind]}
      <StatusBadge
        tone={passing === pairs.length ? 'ok' : 'bad'}
        label={themeGallery.passing(formatCount(passing), formatCount(pairs.length))}
      />
    </span>
  );
}

/** The pair itself, in its own colours whatever the page's theme is: text where text stands on it, else a mark. */
function Pair({ pair }: { readonly pair: PairShown }) {
  const { name, front, back, ratio, floor, isText } = pair;
  return (
    <li className="flex items-center gap-2.5 rounded-control border border-line p-1.5">
      <span
        aria-hidden="true"
        className="flex size-9 flex-none items-center justify-center rounded-nav text-card"
        style={{ background: back, color: front }}
      >
        {isText ? themeGallery.specimen : <span className="size-3.5 rounded-full" style={{ background: front }} />}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-caption" title={name}>
          {name}
        </span>
        <span className={`num block text-caption ${isPassing(pair) ? 'text-fg-2' : 'font-medium text-bad-text'}`}>
          {themeGallery.ratio(ratio.toFixed(2), String(floor))}
        </span>
      </span>
    </li>
  );
}

function isPassing({ ratio, floor }: PairShown): boolean {
  return ratio >= floor;
}
