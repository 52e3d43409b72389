import Link from 'next/link';
import { formatSums, otherCurrencies } from '../../../../../components/list/figure-kpi.ts';
import { changed } from '../../../../../components/list/list-view.ts';
import type { ListView } from '../../../../../components/list/list-view.ts';
import { formatCount } from '../../../../../format/numbers.ts';
import { billing } from '../../../../../messages/en-billing.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';
import { overdueBucketNames } from '../../../../../services/provider/billing-lists.ts';
import type { DunningFilters, OverdueBucket } from '../../../../../services/provider/billing-lists.ts';
import type { ListFigure } from '../../../../../services/provider/list-figures.ts';

interface BucketsProps {
  readonly view: ListView<DunningFilters>;
  readonly buckets: Readonly<Record<OverdueBucket, ListFigure>>;
}

/** By days overdue, with what each bucket comes to: a chip chooses it, and chosen again lets it go. */
export function Buckets({ view, buckets }: BucketsProps) {
  const chosen = view.query.filters.buckets;
  return (
    <ul aria-label={dunning.bucketsLabel} className="grid grid-cols-2 gap-3 lg:grid-cols-4">
      {overdueBucketNames.map((name) => {
        const { count, sums } = buckets[name];
        const isChosen = chosen.length === 1 && chosen[0] === name;
        return (
          <li key={name}>
            <Link
              href={changed(view, { bucket: isChosen ? undefined : name })}
              prefetch={false}
              scroll={false}
              aria-current={isChosen ? 'true' : undefined}
              data-bucket={name}
              data-count={count}
              className={`card flex h-full flex-col gap-0.5 px-4 py-3 transition-colors duration-[120ms] hover:bg-hover ${isChosen ? 'border-accent! bg-accent-soft' : ''}`}
            >
              <span
                className={`flex flex-wrap justify-between gap-x-2 [&>*]:whitespace-nowrap ${isChosen ? 'text-fg' : 'text-fg-2'}`}
              >
                <span className="font-medium">{dunning.buckets[name]}</span>
                <span className="num">{billing.invoicesCounted(formatCount(count))}</span>
              </span>
              <span className="num text-card">{sums.length === 0 ? billing.noMoney : formatSums(sums)}</span>
              <span className={`num min-h-4 text-caption ${isChosen ? 'text-fg' : 'text-fg-3'}`}>
                {otherCurrencies(sums)}
              </span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
