import type { Route } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';

interface EmptyActionProps {
  readonly href: Route;
  readonly label: string;
}

interface EmptyStateProps {
  readonly title: string;
  readonly text: string;
  readonly action?: EmptyActionProps;
  /** What there is to do, where that is no link. */
  readonly children?: ReactNode;
}

/** Inside the card: what is not here, what will fill it, and one thing to do. */
export function EmptyState({ title, text, action, children }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-16 text-center">
      <p className="text-card">{title}</p>
      <p className="max-w-[46ch] text-balance text-fg-2">{text}</p>
      {action && <EmptyAction {...action} />}
      {children}
    </div>
  );
}

export function EmptyAction({ href, label }: EmptyActionProps) {
  return (
    <Link href={href} prefetch={false} className="button button-small mt-3">
      {label}
    </Link>
  );
}
