import type { Route } from 'next';
import Link from 'next/link';

interface EmptyStateProps {
  readonly title: string;
  readonly text: string;
  readonly action?: { readonly href: Route; readonly label: string };
}

/** Inside the card: what is not here, what will fill it, and one thing to do. */
export function EmptyState({ title, text, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-4 py-16 text-center">
      <p className="text-card">{title}</p>
      <p className="max-w-[46ch] text-fg-2">{text}</p>
      {action && (
        <Link href={action.href} className="button button-small mt-3">
          {action.label}
        </Link>
      )}
    </div>
  );
}
