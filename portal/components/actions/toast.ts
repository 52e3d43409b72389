'use client';

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
const undoMs = 10_000;
/** It stays until it is put away. */
const stays = 0;

/** How long it is shown. */
export function shownFor({ tone, undo }: Said): number {
  if (tone === 'bad') return stays;
  return undo ? undoMs : shownMs;
}

let waiting: readonly Said[] = [];
const listeners = new Set<() => void>();

/** Says it at the lower right. */
export function say(said: Said): void {
  waiting = [...waiting, said];
  for (const tell of listeners) tell();
}

/** What was not shown yet: from now on it counts as shown. */
export function takeSaid(): readonly Said[] {
  const taken = waiting;
  waiting = [];
  return taken;
}

export function onSaid(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
