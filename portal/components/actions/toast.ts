'use client';

import { Toast } from '@base-ui/react/toast';

/** What a member is told after an action. */
export interface Said {
  readonly title: string;
  readonly text?: string | undefined;
  /** Takes back what was done; offered for ten seconds, also by Ctrl or Cmd with Z. */
  readonly undo?: (() => void) | undefined;
  readonly link?: { readonly label: string; readonly onFollow: () => void } | undefined;
  readonly tone?: 'ok' | 'info' | 'bad' | undefined;
}

const shownMs = 6_000;
export const undoMs = 10_000;

export const toastManager = Toast.createToastManager<Said>();

/** Says it at the lower right: six seconds, ten with an undo; what went wrong stays until it is put away. */
export function say(said: Said): string {
  const isBad = said.tone === 'bad';
  return toastManager.add({
    title: said.title,
    description: said.text,
    timeout: isBad ? 0 : said.undo ? undoMs : shownMs,
    priority: isBad ? 'high' : 'low',
    data: said,
  });
}
