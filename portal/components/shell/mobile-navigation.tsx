'use client';

import { Menu, X } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';

/** Below 1024 px the navigation is a sheet, which has it while it is open. */
export function MobileNavigation({ children }: { readonly children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isOpen, setOpen] = useState(false);
  const pathname = usePathname();
  useEffect(() => dialog.current?.close(), [pathname]);
  return (
    <>
      <button
        type="button"
        className="icon-button lg:hidden"
        aria-label={messages.shell.openNavigation}
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        <Menu size={18} strokeWidth={1.75} aria-hidden="true" />
      </button>
      <dialog
        ref={dialog}
        className="sheet sheet-left"
        aria-label={messages.shell.navigation}
        onClick={(event) => event.target === dialog.current && dialog.current.close()}
        onClose={() => setOpen(false)}
      >
        <div className="flex min-h-full flex-col gap-5 p-3">
          <div className="flex h-8 items-center justify-between pl-2">
            <span className="text-card">{messages.product}</span>
            <button
              type="button"
              className="icon-button"
              aria-label={messages.shell.closeNavigation}
              onClick={() => dialog.current?.close()}
            >
              <X size={16} strokeWidth={1.75} aria-hidden="true" />
            </button>
          </div>
          {isOpen && children}
        </div>
      </dialog>
    </>
  );
}
