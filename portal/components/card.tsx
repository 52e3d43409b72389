import type { ReactNode } from 'react';
import { SectionBoundary } from './section-error.tsx';

interface CardProps {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page with a heading of its own, which fails alone. */
export function Card({ title, aside, children }: CardProps) {
  return (
    <section aria-label={title} className="card flex min-w-0 flex-col">
      <div className="flex items-center justify-between gap-3 px-4 pt-3 pb-2">
        <h2 className="text-card">{title}</h2>
        {aside}
      </div>
      <SectionBoundary label={title}>{children}</SectionBoundary>
    </section>
  );
}

export function CardSkeleton() {
  return <div className="skeleton m-4 mt-0 h-56 flex-1" aria-busy="true" />;
}
