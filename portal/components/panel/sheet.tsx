'use client';

import { ChevronDown, ChevronUp, X } from 'lucide-react';
import type { Route } from 'next';
import { useRouter } from 'next/navigation';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { isLetterShortcut } from '../palette/letters.ts';
import { messages } from '../../messages/en.ts';
import { openTopLayer } from '../top-layer.ts';

interface SheetProps {
  readonly title: ReactNode;
  readonly label: string;
  /** Beside its buttons. */
  readonly actions?: ReactNode;
  /** The list with no row open. */
  readonly closeHref: Route;
  /** The neighbouring rows of the page. */
  readonly previousHref: Route | undefined;
  readonly nextHref: Route | undefined;
  /** Where focus goes when the sheet closes: the row's own link. */
  readonly rowId: string;
  readonly children: ReactNode;
}

/** A native dialog at the right, open because the URL says so. Esc, ✕ and a click beside it go back to the list; j and k to its neighbours. */
export function Sheet({ title, label, actions, closeHref, previousHref, nextHref, rowId, children }: SheetProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const router = useRouter();
  const row = useRef(rowId);
  useLayoutEffect(() => {
    // Rendered open for a browser without scripts; only showModal() makes the page behind it inert and has Esc close it:
    // before the first paint, since whoever sees the sheet may press Esc, or a key that opens something above it.
    dialog.current?.close();
    dialog.current?.showModal();
    return dialog.current ? openTopLayer(dialog.current) : undefined;
  }, []);
  useEffect(() => () => document.querySelector<HTMLElement>(`a[data-row="${CSS.escape(row.current)}"]`)?.focus(), []);
  useEffect(() => {
    row.current = rowId;
    heading.current?.focus();
  }, [rowId]);
  const go = (href: Route | undefined) => href && router.push(href, { scroll: false });
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isLetterShortcut(event.nativeEvent) || hasLayerAbove(dialog.current)) return;
    if (event.key === 'j') go(nextHref);
    if (event.key === 'k') go(previousHref);
  };
  return (
    <dialog
      ref={dialog}
      open
      className="sheet"
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault();
        // Esc closes the topmost layer only.
        if (!hasLayerAbove(dialog.current)) go(closeHref);
      }}
      onClick={(event) => event.target === dialog.current && go(closeHref)}
      onKeyDown={onKeyDown}
    >
      <div className="flex min-h-full flex-col">
        <div className="sticky top-0 z-10 flex items-center gap-1 border-b border-line bg-surface py-2.5 pr-3 pl-5">
          <h2 ref={heading} tabIndex={-1} className="mr-auto flex min-w-0 items-center gap-2 text-card">
            {title}
          </h2>
          {actions}
          <SheetButtons go={go} previousHref={previousHref} nextHref={nextHref} closeHref={closeHref} />
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** A dialog or menu that stands in the sheet. */
function hasLayerAbove(sheet: HTMLElement | null) {
  return Boolean(sheet?.querySelector('[role=dialog].dialog, [role=menu]'));
}

interface SheetButtonsProps extends Pick<SheetProps, 'previousHref' | 'nextHref' | 'closeHref'> {
  readonly go: (href: Route) => void;
}

function SheetButtons({ go, previousHref, nextHref, closeHref }: SheetButtonsProps) {
  return (
    <>
      <SheetButton label={messages.delivery.previous} onClick={previousHref && (() => go(previousHref))}>
        <ChevronUp size={16} strokeWidth={1.75} aria-hidden="true" />
      </SheetButton>
      <SheetButton label={messages.delivery.next} onClick={nextHref && (() => go(nextHref))}>
        <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" />
      </SheetButton>
      <SheetButton label={messages.delivery.close} onClick={() => go(closeHref)}>
        <X size={16} strokeWidth={1.75} aria-hidden="true" />
      </SheetButton>
    </>
  );
}

function SheetButton({
  label,
  onClick,
  children,
}: {
  readonly label: string;
  readonly onClick: (() => void) | undefined;
  readonly children: ReactNode;
}) {
  return (
    <button
      type="button"
      className="icon-button aria-disabled:text-fg-3 aria-disabled:opacity-50"
      aria-label={label}
      title={label}
      aria-disabled={onClick === undefined}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
