import type { ReactNode } from 'react';
import { formatInstant, isoInstant, zoneLabel } from '../format/times.ts';
import { messages } from '../messages/en.ts';
import { PageTitle } from './shell/route-focus.tsx';

interface PageHeadProps {
  readonly title: string;
  readonly purpose: string;
  /** When the figures were read. */
  readonly through?: { readonly at: number; readonly zone: string };
  readonly children?: ReactNode;
}

export function PageHead({ title, purpose, through, children }: PageHeadProps) {
  return (
    <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
      <div className="min-w-0">
        <PageTitle>{title}</PageTitle>
        <p className="text-fg-2">{purpose}</p>
      </div>
      <div className="flex items-center gap-3">
        {through && (
          <p className="num text-caption text-fg-3">
            {messages.shell.dataThrough}{' '}
            <time dateTime={isoInstant(through.at)}>{formatInstant(through.at, through.zone, 'clock')}</time>{' '}
            {zoneLabel(through.zone, through.at)}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}
