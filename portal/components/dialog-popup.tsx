'use client';

import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { useTopLayer } from './top-layer.ts';

export interface DialogProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly width?: 'narrow' | 'wide';
  /** A click beside it closes nothing: for what is shown once. */
  readonly isSticky?: boolean;
  readonly onClose: () => void;
  /** Where focus goes when it is closed, if not to where it was. */
  readonly returnTo?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

export default function DialogPopup(props: DialogProps) {
  const { title, text, width = 'narrow', isSticky = false, onClose, returnTo, children } = props;
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()} disablePointerDismissal={isSticky}>
      <Dialog.Portal container={useTopLayer()}>
        <Dialog.Backdrop forceRender className="dialog-backdrop" />
        <Dialog.Popup
          className={`floating dialog ${width === 'wide' ? 'dialog-wide' : ''}`}
          {...(returnTo && { finalFocus: returnTo })}
        >
          <div className="flex flex-col gap-1 px-5 pt-4">
            <Dialog.Title className="line-clamp-4 text-card wrap-anywhere">{title}</Dialog.Title>
            {text !== undefined && <Dialog.Description className="text-fg-2 wrap-anywhere">{text}</Dialog.Description>}
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
