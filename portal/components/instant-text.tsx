import type { ReactNode } from 'react';
import { isoInstant } from '../format/times.ts';

/** An instant in words, and how long ago it was where the member likes that better. */
export interface Instant {
  readonly at: number;
  readonly says: string;
  readonly ago?: string;
}

interface InstantTextProps extends Instant {
  readonly title?: string;
  readonly children?: ReactNode;
}

/** Of what is told as past, the instant where its row has the focus. */
export function InstantText({ at, says, ago, title, children }: InstantTextProps) {
  return (
    <time dateTime={isoInstant(at)} title={title} className="num">
      {ago === undefined ? says : <span className="out-of-focus">{ago}</span>}
      {ago !== undefined && <span className="in-focus">{says}</span>}
      {children}
    </time>
  );
}
