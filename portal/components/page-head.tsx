import type { ReactNode } from 'react';
import type { EpochMs } from '#domain/instants';
import { formatInstant, isoInstant, zoneLabel } from '../format/times.ts';
import { messages } from '../messages/en.ts';
import { PageTitle } from './shell/route-focus.tsx';

interface PageHeadProps {
  readonly title: string;
  readonly purpose: string;
  /** When the figures were read; with `now` where that may be on another day, which is told then. */
  readonly through?: { readonly at: EpochMs; readonly zone: string; readonly now?: EpochMs };
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
            {messages.shell.dataThrough} <time dateTime={isoInstant(through.at)}>{throughText(through)}</time>{' '}
            {zoneLabel(through.zone, through.at)}
          </p>
        )}
        {children}
      </div>
    </div>
  );
}

function throughText({ at, zone, now = at }: NonNullable<PageHeadProps['through']>): string {
  const isToday = formatInstant(at, zone, 'day') === formatInstant(now, zone, 'day');
  return formatInstant(at, zone, isToday ? 'clock' : 'minute');
}
