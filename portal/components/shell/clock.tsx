'use client';

import { useEffect, useState } from 'react';
import { formatInstant, isoInstant, zoneLabel } from '../../format/times.ts';
import type { ClockStyle } from '../../preferences/preferences.ts';

const everyMs = 15_000;

/** "UTC · Nov 22, 14:07". Begins with the server's time, so that both print the same. */
export function Clock({
  at,
  zone,
  isFixed,
  style,
}: {
  readonly at: number;
  readonly zone: string;
  readonly isFixed: boolean;
  readonly style: ClockStyle;
}) {
  const [shown, setShown] = useState(at);
  useEffect(() => {
    if (isFixed) return undefined;
    const timer = setInterval(() => setShown(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [isFixed]);
  return (
    <time dateTime={isoInstant(shown)} className="num whitespace-nowrap text-fg-2" suppressHydrationWarning>
      <span className="text-fg-3">{zoneLabel(zone, shown)} · </span>
      {formatInstant(shown, zone, 'minute', style)}
    </time>
  );
}
