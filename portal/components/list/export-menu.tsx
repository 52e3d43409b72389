'use client';

import { Download } from 'lucide-react';
import type { Route } from 'next';
import dynamic from 'next/dynamic';
import { messages } from '../../messages/en.ts';
import { Popover } from '../popover.tsx';

// Most who look at a list take no file of it.
const ExportForm = dynamic(() => import('./export-form.tsx').then((part) => part.ExportForm), {
  loading: () => <p className="p-3 font-medium">{messages.views.exportCounting}</p>,
});

export interface ExportMenuProps {
  readonly path: Route;
  /** The list's parameters: its filters and range are the file's. */
  readonly params: string;
  readonly zone: string;
  readonly presets: readonly { readonly value: string; readonly label: string }[];
}

/** All rows that match the filters, as a file: of another range, in another zone, of some columns, if so wished. */
export function ExportMenu(props: ExportMenuProps) {
  return (
    <Popover
      label={messages.views.exportTitle}
      buttonClassName="button button-small"
      button={
        <>
          <Download size={14} strokeWidth={1.75} aria-hidden="true" className="text-fg-2" />
          {messages.views.export}
        </>
      }
      align="end"
      paletteName={messages.views.exportTitle}
      className="w-80"
    >
      {() => <ExportForm {...props} />}
    </Popover>
  );
}
