import { cache, Suspense } from 'react';
import type { Staff } from '../../auth/session.ts';
import { formatCapped } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { log } from '../../server/log.ts';
import { readBadges } from '../../services/provider/badges.service.ts';
import type { WaitingPage } from '../../services/provider/badges.service.ts';

/** What waits on a page, beside its name. It comes when it is counted, and one that cannot be counted is not there. */
export function NavBadge({ staff, page }: { readonly staff: Staff; readonly page: WaitingPage }) {
  return (
    <Suspense fallback={null}>
      <Counted staff={staff} page={page} />
    </Suspense>
  );
}

// Read once for all pages.
const badgesOf = cache((staff: Staff) =>
  readBadges(staff).catch((error: unknown) => {
    log.warn({ error: String(error) }, 'badges not counted');
  }),
);

async function Counted({ staff, page }: { readonly staff: Staff; readonly page: WaitingPage }) {
  const badge = (await badgesOf(staff))?.get(page);
  if (!badge) return null;
  const tone = badge.isBreach ? 'bg-bad-soft text-bad-text' : 'text-fg-3';
  const told = messages.shell.badges[page];
  return (
    <span
      className={`num ml-auto flex-none rounded-badge px-1.5 text-label leading-[18px] group-data-narrow/side:absolute group-data-narrow/side:-top-1 group-data-narrow/side:-right-1.5 group-data-narrow/side:px-1 group-data-narrow/side:leading-[14px] ${tone}`}
      title={told}
    >
      {formatCapped(badge.count)}
      <span className="sr-only"> {told}</span>
    </span>
  );
}
