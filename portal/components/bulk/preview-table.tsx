import type { ReactNode } from 'react';

interface PreviewTableProps {
  readonly caption: string;
  readonly heads: readonly [string, string, string];
  /** Rows of its table, the second and third cells of which are numbers. */
  readonly children: ReactNode;
}

/** A table of what a write would do. It has three columns, so that a telephone shows it whole. */
export function PreviewTable({ caption, heads: [what, ...numbers], children }: PreviewTableProps) {
  return (
    <div
      className="max-h-80 overflow-auto rounded-control border border-line"
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="plain-table preview-table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{what}</th>
            {numbers.map((head) => (
              <th key={head} scope="col" className="text-right!">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** Until it is known; where it never will be, nothing is on its way. */
export function PreviewSkeleton({ isBusy }: { readonly isBusy: boolean }) {
  return (
    <div aria-busy={isBusy} className="flex flex-col gap-2 rounded-control border border-line p-3">
      <div className="skeleton h-4 w-2/3" />
      <div className="skeleton h-4 w-1/2" />
    </div>
  );
}
