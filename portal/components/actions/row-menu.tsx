'use client';

import { createContext, lazy, Suspense, use, useRef, useState } from 'react';
import type { ComponentProps, ReactNode, RefObject } from 'react';
import { messages } from '../../messages/en.ts';
import type { MenuItem } from './menu-popup.tsx';

export const loadMenu = () => import('./menu-popup.tsx');
const Popup = lazy(loadMenu);

interface Asked {
  readonly button: RefObject<HTMLElement | null>;
  readonly isOpen: boolean;
  readonly close: () => void;
}

const AskedContext = createContext<Asked | undefined>(undefined);

/** Around the menu of a row whose button stands elsewhere. */
export function AskedMenu({ value, children }: { readonly value: Asked; readonly children: ReactNode }) {
  return <AskedContext value={value}>{children}</AskedContext>;
}

interface RowMenuProps {
  /** Names the row. */
  readonly label: string;
  /** None where a row is only looked at. */
  readonly items?: readonly MenuItem[];
  /** What is copied as its id. */
  readonly copied?: string | undefined;
}

/**
 * What can be done with a row, always visible. An item that cannot be chosen says why. In a table its button stands in the row, and the menu is drawn
 * when it was asked for; its code is fetched when a button is pointed at.
 */
export function RowMenu(props: RowMenuProps) {
  const asked = use(AskedContext);
  return asked ? <RowPopup {...props} asked={asked} /> : <OwnMenu {...props} />;
}

function OwnMenu(props: RowMenuProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <MenuButton
        ref={button}
        label={props.label}
        isOpen={isOpen}
        onPointerEnter={() => void loadMenu()}
        onFocus={() => void loadMenu()}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          setOpen(true);
        }}
      />
      <RowPopup {...props} asked={{ button, isOpen, close: () => setOpen(false) }} />
    </>
  );
}

function RowPopup({ label, items = [], copied, asked }: RowMenuProps & { readonly asked: Asked }) {
  if (!asked.isOpen) return null;
  return (
    <Suspense fallback={null}>
      <Popup
        items={items}
        copied={copied}
        label={messages.actions.menuOf(label)}
        anchor={asked.button}
        onClose={asked.close}
      />
    </Suspense>
  );
}

interface MenuButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly label: string;
  readonly isOpen: boolean;
}

export function MenuButton({ label, isOpen, ...told }: MenuButtonProps) {
  return (
    <button
      {...told}
      type="button"
      data-menu=""
      data-row-stop=""
      aria-haspopup="menu"
      aria-expanded={isOpen}
      aria-label={messages.actions.menuOf(label)}
      className="icon-button dots"
    />
  );
}
