'use client';

import { Menu } from '@base-ui/react/menu';
import type { RefObject } from 'react';
import { messages } from '../../messages/en.ts';
import { useTopLayer } from '../top-layer.ts';
import { say } from './toast.ts';

export interface MenuItem {
  readonly id: string;
  readonly label: string;
  readonly onSelect: () => void;
  /** Why it cannot be chosen now. */
  readonly disabled?: string | undefined;
  readonly isBad?: boolean | undefined;
  /** Stands apart from the items above it. */
  readonly isApart?: boolean | undefined;
}

interface MenuPopupProps {
  readonly label: string;
  /** Its button; in a row that opens, the menu opens it too. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly items: readonly MenuItem[];
  readonly copied?: string | undefined;
  readonly onClose: () => void;
}

const words = messages.actions;

export default function MenuPopup({ label, anchor, items: own, copied, onClose }: MenuPopupProps) {
  const row = anchor.current?.closest('tr')?.querySelector<HTMLElement>('a[data-row]');
  const items: readonly MenuItem[] = [
    ...(row ? [{ id: 'open', label: words.open, onSelect: () => row.click() }] : []),
    ...own,
    ...(copied === undefined
      ? []
      : [{ id: 'copy', label: words.copyId, onSelect: () => void copy(copied), isApart: true }]),
  ];
  return (
    <Menu.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Menu.Portal container={useTopLayer()}>
        <Menu.Positioner anchor={anchor} side="bottom" align="end" sideOffset={4} className="z-40">
          <Menu.Popup className="floating menu" finalFocus={anchor} aria-label={label}>
            {items.map((item, index) => (
              <Menu.Item
                key={item.id}
                disabled={item.disabled !== undefined}
                onClick={item.onSelect}
                className={`menu-item ${item.isBad ? 'menu-item-bad' : ''} ${item.isApart ? 'menu-item-apart' : ''}`}
                label={item.label}
              >
                <span className="block truncate">{item.label}</span>
                {item.disabled !== undefined && (
                  <span className={isSaidBelow(items, index) ? 'sr-only' : 'block text-caption text-fg-3'}>
                    {item.disabled}
                  </span>
                )}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function copy(text: string): Promise<void> {
  return navigator.clipboard.writeText(text).then(
    () => say({ title: words.copied }),
    () => undefined,
  );
}

/** What forbids several items of a group is read under the last of them; each has it for screen readers. */
function isSaidBelow(items: readonly MenuItem[], index: number): boolean {
  const next = items[index + 1];
  return next !== undefined && !next.isApart && next.disabled === items[index]?.disabled;
}
