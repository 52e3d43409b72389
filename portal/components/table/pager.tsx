import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { formatCapped, formatCount, formatMoney } from '../../format/numbers.ts';
import { pageSizes } from '../../lists/url-grammar.ts';
import type { PageSize } from '../../lists/url-grammar.ts';
import { messages } from '../../messages/en.ts';
import { sumNames } from '../../metrics/metric.ts';
import type { SumName } from '../../metrics/metric.ts';
import type { Count } from '../../services/provider/list-page.ts';
import type { ToldSums } from '../../services/provider/money-sums.ts';
import { sumsText } from '../sums-text.ts';

interface PagerProps {
  readonly shown: number;
  readonly offset: number | undefined;
  readonly count: Count;
  readonly sums?: ToldSums | undefined;
  readonly unsummed?: readonly SumName[] | undefined;
  readonly size: PageSize;
  readonly sizeHref: (size: PageSize) => Route;
  readonly previous: Route | undefined;
  readonly next: Route | undefined;
}

export function Pager({ shown, offset, count, sums, unsummed = [], size, sizeHref, previous, next }: PagerProps) {
  const total = formatCapped(count);
  const place =
    offset === undefined
      ? messages.lists.shown(formatCount(shown), total)
      : messages.lists.range(formatCount(shown === 0 ? 0 : offset + 1), formatCount(offset + shown), total);
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-t border-line px-4 py-2">
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        <p
          className="num text-fg-2"
          data-total={count.value}
          title={count.estimate === undefined ? undefined : messages.lists.estimated(formatCount(count.estimate))}
        >
          {place}
        </p>
        {sums && <ListSums sums={sums} />}
        {unsummed.length > 0 && (
          <p className="text-fg-3" title={messages.lists.unsummedHint}>
            {messages.lists.unsummed(unsummed.map((name) => messages.lists.sums[name]).join(', '))}
          </p>
        )}
      </div>
      <div className="ml-auto flex items-center gap-4">
        <p className="num hidden items-center gap-1 text-caption text-fg-3 sm:flex">
          {pageSizes.map((one) => (
            <Link
              key={one}
              href={sizeHref(one)}
              scroll={false}
              prefetch={false}
              aria-current={one === size ? 'true' : undefined}
              className={`min-w-6 rounded-nav px-1 py-1 text-center ${one === size ? 'bg-sunken font-medium text-fg' : 'text-fg-2 hover:bg-hover'}`}
            >
              {one}
            </Link>
          ))}
          <span className="pl-1">{messages.lists.perPage}</span>
        </p>
        <nav aria-label={messages.lists.pages} className="flex gap-2">
          <PageLink href={previous}>
            <ChevronLeft size={16} strokeWidth={1.75} aria-hidden="true" className="-ml-1" />
            {messages.lists.newer}
          </PageLink>
          <PageLink href={next}>
            {messages.lists.older}
            <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" className="-mr-1" />
          </PageLink>
        </nav>
      </div>
    </div>
  );
}

/** What all rows of the list come to, each currency by itself. */
function ListSums({ sums }: { readonly sums: ToldSums }) {
  return sumNames.map((name) => {
    const told = sums[name]?.filter(({ minor }) => minor !== 0n) ?? [];
    if (told.length === 0) return null;
    return (
      <p key={name} className="num text-fg-2" data-sum-of={name} data-sums={sumsText(told)}>
        {messages.lists.sums[name]} {told.map(({ minor, currency }) => formatMoney(minor, currency)).join(' + ')}
      </p>
    );
  });
}

function PageLink({ href, children }: { readonly href: Route | undefined; readonly children: ReactNode }) {
  if (href === undefined) {
    return (
      <span aria-disabled="true" className="button button-small border-line bg-transparent text-fg-3 shadow-none">
        {children}
      </span>
    );
  }
  return (
    <Link href={href} prefetch={false} className="button button-small">
      {children}
    </Link>
  );
}
