'use client';

import { Popover } from '@base-ui/react/popover';
import { Info } from 'lucide-react';
import { messages } from '../../messages/en.ts';

/** What a figure means, one click away. */
export function Definition({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <Popover.Root>
      <Popover.Trigger
        aria-label={messages.kpi.define(label)}
        className="icon-button relative z-10 -my-0.5 size-6 text-fg-3"
      >
        <Info size={14} strokeWidth={1.75} aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="z-40">
          <Popover.Popup className="floating flex w-80 max-w-[calc(100vw-32px)] flex-col gap-1 p-4">
            <Popover.Title className="text-card">{label}</Popover.Title>
            <Popover.Description className="text-fg-2">{text}</Popover.Description>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
