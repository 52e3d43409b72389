import type { Theme } from '../../../../../preferences/preferences.ts';

const bars = ['h-8', 'h-12', 'h-6', 'h-14', 'h-10', 'h-16'];
const dots = ['bg-ok-solid', 'bg-warn-solid', 'bg-bad-solid'];

/** A page in small, in the colours of a pack: its tokens hold below the element that names it. */
export function Thumbnail({ pack }: { readonly pack: Theme }) {
  return (
    <span data-theme={pack} aria-hidden="true" className="flex h-36 gap-3 bg-page p-4 text-fg">
      <span className="flex w-16 flex-none flex-col gap-2 border-r border-line pr-3">
        <span className="h-2.5 w-9 rounded-nav bg-accent" />
        {dots.map((dot) => (
          <span key={dot} className="h-2 rounded-nav bg-line-2" />
        ))}
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-2.5">
        <span className="flex items-center justify-between">
          <span className="h-2.5 w-20 rounded-nav bg-fg" />
          <span className="h-4 w-10 rounded-control bg-accent" />
        </span>
        <span className="flex flex-1 items-end gap-2 rounded-control border border-line bg-surface px-3 pt-3">
          {bars.map((height, i) => (
            <span key={height} className={`flex-1 ${height} ${i % 2 === 0 ? 'bg-chart-1' : 'bg-chart-2'}`} />
          ))}
          <span className="flex flex-col gap-2 self-center pl-1">
            {dots.map((dot) => (
              <span key={dot} className="flex items-center gap-1.5">
                <span className={`size-2 rounded-full ${dot}`} />
                <span className="h-1.5 w-8 rounded-nav bg-fg-3" />
              </span>
            ))}
          </span>
        </span>
      </span>
    </span>
  );
}
