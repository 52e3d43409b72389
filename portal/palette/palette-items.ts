import type { Route } from 'next';

export interface PaletteItem {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** Where it leads; without one it does something on this page. */
  readonly href?: Route;
  readonly act?: () => void;
}

export interface PaletteGroup {
  readonly label: string;
  readonly items: readonly PaletteItem[];
}

/** Whose label has every typed word at the beginning of one of its own. */
export function matching(items: readonly PaletteItem[], text: string): readonly PaletteItem[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ label }) => {
    const words = label.toLowerCase().split(/[\s,/]+/);
    return typed.every((part) => words.some((word) => word.startsWith(part)));
  });
}
