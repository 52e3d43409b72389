'use client';

import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import type { BulkItem, BulkResult } from '../../actions/bulk-result.ts';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { Dialog } from '../dialog.tsx';
import { csvOf } from './csv-of.ts';
import { saveFile } from './save-file.ts';

interface ResultPanelProps {
  readonly title: string;
  readonly result: BulkResult;
  /** What the file is called. */
  readonly name: string;
  /** What can be done next, such as the way back. */
  readonly children?: ReactNode;
  readonly onClose: () => void;
}

const shownMax = 50;
const groups = ['failed', 'skipped', 'waiting', 'done'] as const;
const tones = { done: 'ok', skipped: 'plain', waiting: 'info', failed: 'bad' } as const;

/** What became of each row of a bulk write, and the same as a file. */
export function ResultPanel({ title, result, name, children, onClose }: ResultPanelProps) {
  const { items } = result;
  return (
    <Dialog title={title} onClose={onClose} width="wide" isSticky>
      <div
        className="flex min-h-0 flex-col gap-4 overflow-y-auto px-5 py-4"
        tabIndex={0}
        role="region"
        aria-label={title}
      >
        <ul className="flex flex-wrap gap-2">
          {groups.toReversed().map((group) => (
            <li key={group} className={`badge num tone-${tones[group]}`}>
              {messages.bulk.counted[group](formatCount(items.filter((item) => item.became === group).length))}
            </li>
          ))}
        </ul>
        {groups.map((group) => (
          <Group key={group} group={group} items={items.filter((item) => item.became === group)} />
        ))}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
        <button
          type="button"
          className="button mr-auto"
          onClick={() => saveFile(`${name}.csv`, new Blob([csvOf(items)], { type: 'text/csv' }))}
        >
          <Download size={14} strokeWidth={1.75} aria-hidden="true" />
          {messages.bulk.csv}
        </button>
        {children}
        <button type="button" className="button button-primary" onClick={onClose}>
          {messages.actions.close}
        </button>
      </div>
    </Dialog>
  );
}

function Group({ group, items }: { readonly group: BulkItem['became']; readonly items: readonly BulkItem[] }) {
  if (items.length === 0) return null;
  return (
    <section className="flex flex-col gap-1">
      <h3 className="text-label text-fg-2">{messages.bulk.groups[group]}</h3>
      <ul className="divide-y divide-line">
        {items.slice(0, shownMax).map((item) => (
          <li key={item.id} className="flex items-baseline gap-3 py-1.5">
            <bdi className="min-w-0 flex-1 truncate">{item.label}</bdi>
            <span className="flex-none text-fg-2">{item.note}</span>
          </li>
        ))}
      </ul>
      {items.length > shownMax && (
        <p className="num text-caption text-fg-2">{messages.bulk.more(formatCount(items.length - shownMax))}</p>
      )}
    </section>
  );
}
