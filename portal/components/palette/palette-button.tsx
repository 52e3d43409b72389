'use client';

import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { messages } from '../../messages/en.ts';
import type { PaletteItem } from '../../palette/palette-items.ts';
import { isLetterShortcut } from './letters.ts';

// What nobody has asked for yet is not loaded.
const Palette = dynamic(() => import('./palette.tsx').then((module) => module.Palette), { ssr: false });
const ShortcutSheet = dynamic(() => import('./shortcut-sheet.tsx').then((module) => module.ShortcutSheet), {
  ssr: false,
});

interface PaletteButtonProps {
  readonly pages: readonly PaletteItem[];
  readonly hasLetters: boolean;
}

/** The way to everything by keyboard: Ctrl or ⌘ K for the palette, ? for the sheet of shortcuts. */
export function PaletteButton({ pages, hasLetters }: PaletteButtonProps) {
  const [open, setOpen] = useState<'palette' | 'shortcuts'>();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isPalette = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey;
      if (isPalette) {
        event.preventDefault();
        setOpen((now) => (now === 'palette' ? undefined : 'palette'));
      } else if (event.key === '?' && isLetterShortcut(event)) setOpen('shortcuts');
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
  const close = () => setOpen(undefined);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={messages.palette.open}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 items-center gap-2 rounded-control border border-line-2 bg-surface px-2 text-fg-3 transition-colors duration-[120ms] hover:bg-hover hover:text-fg-2 md:w-70"
        onClick={() => setOpen('palette')}
      >
        <Search size={14} strokeWidth={1.75} aria-hidden="true" className="flex-none" />
        <span className="hidden flex-1 truncate text-left md:inline">{messages.palette.open}</span>
        <kbd className="hidden rounded-nav border border-line-2 px-1 font-sans text-label md:inline">⌘K</kbd>
      </button>
      {open === 'palette' && <Palette pages={pages} onClose={close} onShortcuts={() => setOpen('shortcuts')} />}
      {open === 'shortcuts' && <ShortcutSheet hasLetters={hasLetters} onClose={close} />}
    </>
  );
}
