import type { Route } from 'next';
import Link from 'next/link';
import { formatCount } from '../../format/numbers.ts';

export interface RankedRow {
  readonly name: string;
  readonly count: number;
  readonly href: Route;
}

/** Names by how often they occur; each row is the link to the list that it counts. */
export function RankedBars({ rows }: { readonly rows: readonly RankedRow[] }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ul className="flex flex-col px-2 pb-2">
      {rows.map(({ name, count, href }) => (
        <li key={name}>
          <Link
            href={href}
            prefetch={false}
            className="flex h-7 items-center gap-3 rounded-nav px-2 hover:bg-hover"
            data-count={count}
          >
            <span className="min-w-0 flex-1 truncate">{name}</span>
            <span aria-hidden="true" className="h-1.5 w-20 flex-none overflow-hidden rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-chart-1"
                style={{ width: `${Math.max(2, (count / most) * 100)}%` }}
              />
            </span>
            <span className="num w-12 flex-none text-right text-fg-2">{formatCount(count)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
