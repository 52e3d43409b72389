import type { Route } from 'next';
import Link from 'next/link';

interface ChoiceProps {
  readonly label: string;
  readonly options: readonly { readonly label: string; readonly href: Route; readonly isChosen: boolean }[];
}

/** One of a few, each a link: what is chosen is in the URL. */
export function Choice({ label, options }: ChoiceProps) {
  return (
    <div className="flex items-center gap-2">
      <span className="text-caption text-fg-2">{label}</span>
      <ul aria-label={label} className="flex rounded-control bg-sunken p-0.5">
        {options.map((option) => (
          <li key={option.label}>
            <Link
              href={option.href}
              prefetch={false}
              scroll={false}
              aria-current={option.isChosen ? 'true' : undefined}
              className={`flex h-6 items-center rounded-nav px-2 text-caption ${option.isChosen ? 'bg-surface font-medium text-fg shadow-button' : 'text-fg-2 hover:text-fg'}`}
            >
              {option.label}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}
