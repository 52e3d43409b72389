'use client';

import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';

interface PopoverProps {
  /** Names the popover. */
  readonly label: string;
  /** Names the button where its content does not. */
  readonly buttonLabel?: string;
  readonly buttonClassName: string;
  readonly button: ReactNode;
  readonly align?: 'start' | 'end';
  readonly className: string;
  /** Its name in the palette, where it is one of the page's actions. */
  readonly paletteName?: string;
  /** Made anew each time it opens. */
  readonly children: (close: () => void) => ReactNode;
}

/**
 * The browser's own popover: it closes on Esc and on a click elsewhere, gives focus back to its button, and stands above all else.
 * A browser that cannot anchor it shows it in the middle.
 */
export function Popover({
  label,
  buttonLabel,
  buttonClassName,
  button,
  align = 'start',
  className,
  paletteName,
  children,
}: PopoverProps) {
  const id = useId();
  const anchorName = `--${id.replaceAll(/\W/g, '')}`;
  const [isOpen, setOpen] = useState(false);
  const popover = useRef<HTMLDivElement>(null);
  // The browser opens it also before the page answers clicks.
  useEffect(() => setOpen(popover.current?.matches(':popover-open') === true), []);
  return (
    <>
      <button
        type="button"
        popoverTarget={id}
        aria-label={buttonLabel}
        aria-expanded={isOpen}
        data-palette={paletteName}
        className={buttonClassName}
        style={{ anchorName }}
      >
        {button}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={`floating popover ${align === 'end' ? 'popover-end' : ''} ${className}`}
        style={{ positionAnchor: anchorName }}
        onToggle={(event) => setOpen(event.newState === 'open')}
      >
        {isOpen && children(() => popover.current?.hidePopover())}
      </div>
    </>
  );
}
