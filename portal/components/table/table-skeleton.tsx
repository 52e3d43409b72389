import { messages } from '../../messages/en.ts';

const rowsShown = 10;

/** Rows of their true height, so that nothing moves when they come. */
export function TableSkeleton({ rows = rowsShown }: { readonly rows?: number }) {
  return (
    <div className="card" aria-busy="true">
      <p className="sr-only">{messages.states.loading}</p>
      <div className="h-9 border-b border-line" />
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex h-10 items-center gap-6 border-b border-line px-3 last:border-b-0">
          <div className="skeleton h-3.5 w-28" />
          <div className="skeleton h-3.5 w-24" />
          <div className="skeleton h-3.5 w-36" />
          <div className="skeleton h-5 w-20 rounded-badge" />
          <div className="skeleton hidden h-3.5 flex-1 md:block" />
        </div>
      ))}
    </div>
  );
}
