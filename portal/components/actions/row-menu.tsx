'use client';

import type { Route } from 'next';
import { lazy, Suspense, useRef, useState } from 'react';
import { messages } from '../../messages/en.ts';
import type { MenuItem } from './menu-popup.tsx';

const loadPopup = () => import('./menu-popup.tsx');
const Popup = lazy(loadPopup);

interface RowMenuProps {
  /** Names the row. */
  readonly label: string;
  /** None where a row is only looked at. */
  readonly items?: readonly MenuItem[];
  /** Opens the row; absent where it is open already, or opens nothing. */
  readonly openHref?: Route | undefined;
  /** What is copied as its id. */
  readonly copied?: string | undefined;
}

/** What can be done with a row, always visible. An item that cannot be chosen says why. Its code is fetched when a button is pointed at. */
export function RowMenu({ label, items = [], ...told }: RowMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        ref={button}
        type="button"
        data-row-stop=""
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={messages.actions.menuOf(label)}
        className="icon-button aria-expanded:bg-hover aria-expanded:text-fg"
        onPointerEnter={() => void loadPopup()}
        onFocus={() => void loadPopup()}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          event.stopPropagation();
          setOpen(true);
        }}
      >
        <svg width="16" height="16" viewBox="0 0 24 24" aria-hidden="true" className="dots">
          <path d="M5 12h.01M12 12h.01M19 12h.01" />
        </svg>
      </button>
      {isOpen && (
        <Suspense fallback={null}>
          <Popup
            {...told}
            items={items}
            label={messages.actions.menuOf(label)}
            anchor={button}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}
