'use client';

import { Info } from 'lucide-react';
import { messages } from '../../messages/en.ts';
import { Popover } from '../popover.tsx';

interface DefinitionProps {
  readonly label: string;
  readonly text: string;
  readonly detail: string | undefined;
}

/** What a figure means, one click away. */
export function Definition({ label, text, detail }: DefinitionProps) {
  return (
    <Popover
      label={messages.kpi.define(label)}
      buttonLabel={messages.kpi.define(label)}
      buttonClassName="icon-button relative z-10 -my-0.5 size-6 text-fg-3"
      button={<Info size={14} strokeWidth={1.75} aria-hidden="true" />}
      className="w-80 p-4"
    >
      {() => (
        <div className="flex flex-col gap-1">
          <p className="text-card">{label}</p>
          <p className="text-fg-2">{text}</p>
          {detail && <p className="num text-fg-2">{detail}</p>}
        </div>
      )}
    </Popover>
  );
}
