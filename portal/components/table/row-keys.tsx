'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { isLetterShortcut } from '../palette/letters.ts';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { besideHref } from '../../lists/list-href.ts';
import { isInside } from '../../paths.ts';

interface RowKeysProps {
  /** Names the region that scrolls. */
  readonly label: string;
  /** Changes with the rows, so that the first of them takes the tab stop. */
  readonly rowsKey: string;
  readonly fit: 'narrow' | 'usual' | 'wide';
  readonly children: ReactNode;
}

const steps = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 } as const;

/**
 * The tab stops of all rows are those of one row: ↑ ↓ j k move, Space selects, Enter opens the row's own link, Esc ends a selection, and a
 * click anywhere in a row opens it. Links of the rows (`TableLink`) are followed here.
 */
export function RowKeys({ label, rowsKey, fit, children }: RowKeysProps) {
  const region = useRef<HTMLDivElement>(null);
  const router = useRouter();
  useEffect(() => {
    const links = linksOf(region.current);
    stopAt(links, links.find((link) => link.closest('tr')?.contains(document.activeElement)) ?? links[0]);
  }, [rowsKey]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') region.current?.querySelector<HTMLElement>('[data-clear-selection]')?.click();
    const links = linksOf(region.current);
    const at = links.findIndex((link) => link === document.activeElement);
    if (at < 0) return;
    if (event.key === ' ') {
      event.preventDefault();
      toggle(links[at], event.shiftKey);
      return;
    }
    if (event.key.length === 1 && !isLetterShortcut(event.nativeEvent)) return;
    const step = Object.entries(steps).find(([key]) => key === event.key)?.[1];
    const next = step === undefined ? undefined : links[Math.min(links.length - 1, Math.max(0, at + step))];
    if (!next) return;
    event.preventDefault();
    stopAt(links, next);
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  const open = (event: MouseEvent) => {
    const { target, metaKey, ctrlKey, shiftKey, altKey } = event;
    // With a modifier the browser opens a link elsewhere, or saves it.
    if (!(target instanceof Element) || metaKey || ctrlKey) return;
    const link = target.closest<HTMLAnchorElement>('a[data-routed]');
    const isRow = link?.dataset['row'] !== undefined;
    const told = link?.getAttribute('href') ?? '';
    const href = isRow ? besideHref(told) : told;
    if (link && isInside(href) && !shiftKey && !altKey) {
      event.preventDefault();
      router.push(href, { scroll: !isRow });
      return;
    }
    if (target.closest('a, button, label, input, [role=menu], [role=dialog]')) return;
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
      className={`table-scroll table-scroll-${fit}`}
      onKeyDown={onKeyDown}
      onClick={open}
    >
      {children}
    </div>
  );
}

function linksOf(region: HTMLElement | null) {
  return [...(region?.querySelectorAll<HTMLAnchorElement>('a[data-row]') ?? [])];
}

/** The chosen row's link, box and menu are tab stops; those of the others are not. */
function stopAt(links: readonly HTMLAnchorElement[], chosen: HTMLAnchorElement | undefined) {
  for (const link of links) {
    const tabIndex = link === chosen ? 0 : -1;
    link.tabIndex = tabIndex;
    for (const stop of link.closest('tr')?.querySelectorAll<HTMLElement>('[data-row-stop]') ?? [])
      stop.tabIndex = tabIndex;
  }
}

/** As a click on the row's box, so that the range of Shift is made in one place. */
function toggle(link: HTMLAnchorElement | undefined, shiftKey: boolean) {
  const box = link?.closest('tr')?.querySelector('input[data-select]');
  box?.dispatchEvent(new globalThis.MouseEvent('click', { bubbles: true, cancelable: true, shiftKey }));
}
