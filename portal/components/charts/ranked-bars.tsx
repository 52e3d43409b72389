import type { Route } from 'next';
import Link from 'next/link';
import { formatCount } from '../../format/numbers.ts';
import { FiguresTable } from './figures-table.tsx';
import { tellRows } from './told-rows.ts';

export interface RankedRow {
  readonly name: string;
  readonly count: number;
  readonly href: Route;
}

interface RankedBarsProps {
  readonly rows: readonly RankedRow[];
  /** What the rows are, and what is counted of them. */
  readonly heads: readonly [string, string];
  /** Without its ending. */
  readonly fileName: string;
}

/** Names by how often they occur, also as a table and as a file; each row is the link to the list that it counts. */
export function RankedBars({ rows, heads: [head, counted], fileName }: RankedBarsProps) {
  return (
    <>
      <Bars rows={rows} />
      <div className="px-4 pb-3">
        <FiguresTable
          head={head}
          columns={[counted]}
          told={tellRows(
            rows.map(({ name, count }) => ({ name, cells: [formatCount(count)], plain: [String(count)] })),
          )}
          fileName={fileName}
        />
      </div>
    </>
  );
}

function Bars({ rows }: Pick<RankedBarsProps, 'rows'>) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ul className="flex flex-col px-2">
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
