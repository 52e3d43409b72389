'use client';

import { useSyncExternalStore } from 'react';

// A sheet that is open makes the rest of the page inert, so that what floats above it must stand inside of it.
let sheets: readonly HTMLElement[] = [];
const listeners = new Set<() => void>();

/** Tells that a native modal dialog is open; what is returned tells that it is not any more. */
export function openTopLayer(element: HTMLElement): () => void {
  change([...sheets, element]);
  return () => change(sheets.filter((one) => one !== element));
}

/** What menus, dialogs and toasts are put into: the sheet on top, or the page. */
export function useTopLayer(): HTMLElement | undefined {
  return useSyncExternalStore(
    subscribe,
    () => sheets.at(-1),
    () => undefined,
  );
}

function change(next: readonly HTMLElement[]) {
  sheets = next;
  for (const tell of listeners) tell();
}

function subscribe(tell: () => void) {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
