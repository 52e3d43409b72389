'use client';

import type { ReactNode } from 'react';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { useSelection } from './selection.tsx';

interface BulkBarProps {
  readonly total: number;
  /** The total is counted no further; all that match are more than one write takes. */
  readonly isCapped: boolean;
  readonly children: ReactNode;
}

/** Stands over the table's head while rows are chosen: how many, all that match in a second step, and what can be done with them. */
export function BulkBar({ total, isCapped, children }: BulkBarProps) {
  const { count, isMatching, pageIds, has, pickMatching, clear } = useSelection();
  const elsewhere = isMatching ? 0 : count - pageIds.filter(has).length;
  const isPageFull = pageIds.every(has);
  return (
    <>
      <p role="status" className="sr-only">
        {count > 0 ? messages.bulk.selected(formatCount(count)) : ''}
      </p>
      {count > 0 && (
        <div role="group" aria-label={messages.bulk.bar} className="bulk-bar">
          <span className="num flex-none font-medium text-fg">
            {isMatching ? messages.bulk.allSelected(formatCount(count)) : messages.bulk.selected(formatCount(count))}
          </span>
          {elsewhere > 0 && <span className="num flex-none">{messages.bulk.elsewhere(formatCount(elsewhere))}</span>}
          {isPageFull && !isMatching && total > count && !isCapped && (
            <button type="button" className="bulk-link" onClick={pickMatching}>
              {messages.bulk.selectMatching(formatCount(total))}
            </button>
          )}
          {isPageFull && isCapped && <span className="flex-none">{messages.bulk.tooMany(formatCount(total))}</span>}
          <button type="button" data-clear-selection="" className="bulk-link" onClick={clear}>
            {messages.bulk.clear}
          </button>
          <span className="ml-auto flex flex-none items-center gap-1.5">{children}</span>
        </div>
      )}
    </>
  );
}
