'use client';

import type { Route } from 'next';
import type { MadeExport } from '../../exports/made-entry.ts';
import { formatCount } from '../../format/numbers.ts';
import { listHref } from '../../lists/list-href.ts';
import { messages } from '../../messages/en.ts';
import { paths } from '../../paths.ts';
import { say } from '../actions/toast.ts';

const everyMs = 1_000;
/** A little more than a file may wait and take. */
const tellsMax = 90;

/** Says when an export has ended, with a way to its audit entry. The file itself is the browser's. */
export async function tellWhenMade(path: Route, id: string, open: (href: Route) => void): Promise<void> {
  for (let told = 0; told < tellsMax; told++) {
    await new Promise((resolve) => setTimeout(resolve, everyMs));
    const made = await readMade(path, id);
    if (!made) continue;
    const { outcome, rows, entry } = made;
    const href = entry === undefined ? undefined : listHref(paths.audit, new URLSearchParams({ row: entry }));
    const link = href && { label: messages.views.exportEntry, onFollow: () => open(href) };
    if (outcome === 'ok') return say({ title: messages.views.exportMade(formatCount(rows)), link });
    return say({ title: messages.views.exportBroken, link, tone: 'bad' });
  }
}

const found = 200;

async function readMade(path: Route, id: string): Promise<MadeExport | undefined> {
  try {
    const url = new URL(path, window.location.href);
    url.searchParams.set('made', id);
    const response = await fetch(url);
    // Without content while it is under way.
    return response.status === found ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
