'use client';

import { useState } from 'react';
import { StatusBadge } from '../../../../components/status-badge.tsx';
import { formatDecimalText } from '../../../../format/numbers.ts';
import { formatInstant, isoInstant } from '../../../../format/times.ts';
import { usage } from '../../../../messages/en-usage.ts';
import type { PeriodUsage } from '../../../../services/provider/usage-detail.ts';
import { ExcludeDialog } from './exclude-dialog.tsx';
import type { MenuWindow } from './window-menu.tsx';

const { orders } = usage;

interface UsageRowsProps {
  readonly of: MenuWindow;
  readonly rows: readonly PeriodUsage[];
  readonly zone: string;
  readonly mayExclude: boolean;
}

/** What came for the window, the latest first; rows can be excluded and taken in again. */
export function UsageRows({ of, rows, zone, mayExclude }: UsageRowsProps) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<'exclude' | 'include'>();
  const picked = rows.filter((row) => chosen.has(keyOf(row)));
  const wanted = picked.filter(({ isExcluded }) => isExcluded === (asked === 'include'));
  const some = (isExcluded: boolean) => picked.some((row) => row.isExcluded === isExcluded);
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <>
      {mayExclude && picked.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {some(false) && (
            <button type="button" className="button button-small" onClick={() => setAsked('exclude')}>
              {orders.excludeSelected}
            </button>
          )}
          {some(true) && (
            <button type="button" className="button button-small" onClick={() => setAsked('include')}>
              {orders.includeSelected}
            </button>
          )}
        </div>
      )}
      <ul className="flex flex-col">
        {rows.map((row) => (
          <UsageRow
            key={keyOf(row)}
            row={row}
            zone={zone}
            isChosen={chosen.has(keyOf(row))}
            onToggle={mayExclude ? () => toggle(keyOf(row)) : undefined}
          />
        ))}
      </ul>
      {asked && (
        <ExcludeDialog
          of={of}
          isExcluded={asked === 'exclude'}
          rows={wanted.map(({ eventId, index }) => ({ eventId, index }))}
          onClose={() => setAsked(undefined)}
          onDone={() => setChosen(new Set())}
        />
      )}
    </>
  );
}

interface UsageRowProps {
  readonly row: PeriodUsage;
  readonly zone: string;
  readonly isChosen: boolean;
  readonly onToggle: (() => void) | undefined;
}

function UsageRow({ row, zone, isChosen, onToggle }: UsageRowProps) {
  const quantity = formatDecimalText(row.quantity);
  const at = formatInstant(row.windowStart, zone, 'minute');
  return (
    <li className="flex min-h-8 items-center gap-3 border-b border-line last:border-b-0">
      {onToggle && (
        <input
          type="checkbox"
          className="box"
          aria-label={orders.selectRow(quantity, at)}
          checked={isChosen}
          onChange={onToggle}
        />
      )}
      <time dateTime={isoInstant(row.windowStart)} className="flex-none">
        {at}
      </time>
      <span className="min-w-0 truncate text-caption text-fg-3">
        {usage.received}{' '}
        <time dateTime={isoInstant(row.receivedAt)}>{formatInstant(row.receivedAt, zone, 'minute')}</time>
      </span>
      {row.isExcluded && <StatusBadge tone="warn" label={orders.excludedMark} />}
      {row.isCorrection && <StatusBadge tone="info" label={orders.correction} />}
      <span className={`num ml-auto ${row.isExcluded ? 'text-fg-3 line-through' : ''}`}>{quantity}</span>
    </li>
  );
}

function keyOf({ eventId, index }: PeriodUsage): string {
  return `${eventId} ${index}`;
}
