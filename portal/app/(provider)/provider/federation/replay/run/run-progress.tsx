'use client';

import { useEffect, useRef, useState } from 'react';
import { useRefreshEvery } from '../../../../../../components/filters/use-refresh-every.ts';
import { formatCount } from '../../../../../../format/numbers.ts';
import { replays } from '../../../../../../messages/en-replays.ts';

const everyMs = 2_000;
const sayEveryMs = 5_000;

interface RunProgressProps {
  readonly done: number;
  readonly all: number;
  /** Nobody works on it: there is nothing new to read. */
  readonly isWaiting: boolean;
}

/** How far it is, read again by itself while the page is seen; said aloud every five seconds at most. */
export function RunProgress({ done, all, isWaiting }: RunProgressProps) {
  const text = replays.progress(formatCount(done), formatCount(all));
  const [said, setSaid] = useState(text);
  const latest = useRef(text);
  useRefreshEvery(isWaiting ? sayEveryMs : everyMs);
  useEffect(() => {
    latest.current = text;
  }, [text]);
  useEffect(() => {
    const timer = setInterval(() => setSaid(latest.current), sayEveryMs);
    return () => clearInterval(timer);
  }, []);
  return (
    <div className="flex items-center gap-3">
      <progress
        className="h-1.5 min-w-0 flex-1 accent-accent"
        value={done}
        max={Math.max(1, all)}
        aria-label={replays.title}
      />
      <span className="num text-fg-2">{text}</span>
      <span role="status" className="sr-only">
        {said}
      </span>
    </div>
  );
}
