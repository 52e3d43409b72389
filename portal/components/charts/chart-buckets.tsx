'use client';

import { useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import type { ToldRow, ToldRows } from './told-rows.ts';
import { useToldRows } from './use-told-rows.ts';

interface ChartBucketsProps {
  readonly label: string;
  readonly names: readonly string[];
  /** What stands before each name: a colour, or none. */
  readonly colors: readonly string[];
  readonly told: ToldRows;
  /** Said of a bucket beside its figures. */
  readonly notes: readonly (string | undefined)[] | undefined;
}

const moves: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(at + 1, last),
  ArrowLeft: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
};

/**
 * A strip over each bucket that tells its figures, under the pointer and by arrow keys: one stop of the tab key for the whole chart. The browser makes
 * them: a server that does for the 91 days of each chart of a page has as much of it as of all its rows.
 */
export function ChartBuckets({ label, names, colors, told: figures, notes }: ChartBucketsProps) {
  const buckets = useToldRows(figures);
  const list = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState<number>();
  const [chosen, setStop] = useState<number>();
  const stop = chosen ?? buckets.length - 1;
  const told = shown === undefined ? undefined : buckets[shown];
  const show = (at: number) => () => setShown(at);
  const hide = () => setShown(undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') hide();
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const next = list.current?.children[move(stop, buckets.length - 1)]?.firstElementChild;
    if (next instanceof HTMLElement) next.focus();
  };
  return (
    <div className="absolute inset-0" onPointerLeave={hide}>
      <ul ref={list} aria-label={label} className="flex h-full" onKeyDown={onKeyDown}>
        {buckets.map(({ name, cells }, at) => (
          <li key={name} className="min-w-0 flex-1">
            <span
              role="img"
              tabIndex={at === stop ? 0 : -1}
              aria-label={[name, ...cells.map((figure, index) => `${names[index]} ${figure}`), notes?.[at]]
                .filter(Boolean)
                .join(', ')}
              className={`block size-full rounded-[3px] focus-visible:-outline-offset-1 ${at === shown ? 'bg-[color-mix(in_oklch,var(--fg)_6%,transparent)]' : ''}`}
              onPointerEnter={show(at)}
              onFocus={() => {
                setStop(at);
                setShown(at);
              }}
              onBlur={hide}
            />
          </li>
        ))}
      </ul>
      {told && shown !== undefined && (
        <Told
          names={names}
          colors={colors}
          bucket={told}
          note={notes?.[shown]}
          at={shown}
          share={100 / buckets.length}
        />
      )}
    </div>
  );
}

interface ToldProps extends Pick<ChartBucketsProps, 'names' | 'colors'> {
  readonly bucket: ToldRow;
  readonly note: string | undefined;
  readonly at: number;
  /** Percent of the plot that a bucket is wide. */
  readonly share: number;
}

/** Beside its bucket, on the side that has more room. */
function Told({ names, colors, bucket, note, at, share }: ToldProps) {
  const place =
    (at + 0.5) * share < 50
      ? { left: `calc(${(at + 1) * share}% + 4px)` }
      : { right: `calc(${100 - at * share}% + 4px)` };
  return (
    <div
      aria-hidden="true"
      className="floating pointer-events-none absolute top-1 z-10 w-max max-w-72 min-w-40 px-3 py-2 text-caption"
      style={place}
    >
      <p className="num mb-1 font-medium">{bucket.name}</p>
      {names.map((name, index) => (
        <p key={name} className="num flex items-center gap-1.5 text-fg-2">
          <span className="size-2 flex-none rounded-[2px]" style={{ background: colors[index] }} />
          <span className="truncate">{name}</span>
          <span className="ml-auto pl-3 text-fg">{bucket.cells[index]}</span>
        </p>
      ))}
      {note && <p className="mt-1 text-fg-2">{note}</p>}
    </div>
  );
}
