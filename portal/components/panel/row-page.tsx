import { ArrowLeft } from 'lucide-react';
import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { messages } from '../../messages/en.ts';

interface RowPageProps {
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  /** The list with no row open. */
  readonly closeHref: Route;
  readonly children: ReactNode;
}

/** What a sheet shows, as a page of its own: so a row opens in a new tab. */
export function RowPage({ title, actions, closeHref, children }: RowPageProps) {
  return (
    <div className="flex max-w-[960px] flex-col gap-4">
      <Link
        href={closeHref}
        prefetch={false}
        className="flex w-fit items-center gap-1.5 text-accent-text hover:underline"
      >
        <ArrowLeft size={14} strokeWidth={1.75} aria-hidden="true" />
        {messages.lists.backToList}
      </Link>
      <div className="flex items-center justify-between gap-4">
        <h1 tabIndex={-1} className="flex min-w-0 items-center gap-3 text-title">
          {title}
        </h1>
        {actions}
      </div>
      <div className="card">{children}</div>
    </div>
  );
}
