'use client';

import { useEffect, useRef } from 'react';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';

interface RowKeysProps {
  /** Names the region that scrolls. */
  readonly label: string;
  /** Changes with the rows, so that the first of them takes the tab stop. */
  readonly rowsKey: string;
  readonly isNarrow: boolean;
  readonly children: ReactNode;
}

const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 } as const;

/** One tab stop for all rows: ↑ ↓ j k move, Enter opens the row's own link, and so does a click anywhere in the row. */
export function RowKeys({ label, rowsKey, isNarrow, children }: RowKeysProps) {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const links = linksOf(region.current);
    const kept = links.find((link) => link === document.activeElement) ?? links[0];
    for (const link of links) link.tabIndex = link === kept ? 0 : -1;
  }, [rowsKey]);
  const move = (event: KeyboardEvent) => {
    const step = Object.entries(steps).find(([key]) => key === event.key)?.[1];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = linksOf(region.current);
    const at = links.findIndex((link) => link === document.activeElement);
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    if (at < 0 || !next) return;
    event.preventDefault();
    for (const link of links) link.tabIndex = link === next ? 0 : -1;
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  const open = (event: MouseEvent) => {
    const { target } = event;
    if (!(target instanceof Element) || target.closest('a, button')) return;
    // Marking text to copy it is not opening a row.
    if (document.getSelection()?.isCollapsed === false) return;
    target.closest('tr')?.querySelector<HTMLAnchorElement>('a[data-row]')?.click();
  };
  return (
    // The rows' links take the keys; the region itself only scrolls.
    <div
      ref={region}
      role="region"
      aria-label={label}
      tabIndex={0}
      className={`table-scroll ${isNarrow ? 'table-scroll-narrow' : ''}`}
      onKeyDown={move}
      onClick={open}
    >
      {children}
    </div>
  );
}

function linksOf(region: HTMLElement | null) {
  return [...(region?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])];
}
