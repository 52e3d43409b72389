import { formatAgo, formatInstant, isoInstant, zoneLabel } from '../format/times.ts';
import type { Preferences } from '../preferences/preferences.ts';
import { knownPreferences, readPreferences } from '../preferences/read-preferences.ts';
import { now } from '../server/now.ts';

interface TimeProps {
  readonly at: number;
  readonly zone: string;
  readonly style?: 'second' | 'minute' | 'day' | 'exact';
  /** Prints the zone too, where no heading near by does. */
  readonly hasZone?: boolean;
}

/**
 * An instant, or how long ago it was, as the member likes it; of another year its day alone. Milliseconds and zone on hover; of what is told as past,
 * the instant where its row has the focus.
 */
export function Time(props: TimeProps) {
  const preferences = knownPreferences();
  return preferences ? instantOf(props, preferences) : <Unread {...props} />;
}

async function Unread(props: TimeProps) {
  return instantOf(props, await readPreferences());
}

function instantOf({ at, zone, style = 'second', hasZone = false }: TimeProps, { clock, times }: Preferences) {
  const label = zoneLabel(zone, at);
  const today = now();
  const hasClock = style === 'second' || style === 'minute';
  const ago = times === 'relative' && hasClock ? formatAgo(at, today) : undefined;
  const isThisYear = formatInstant(at, zone, 'year') === formatInstant(today, zone, 'year');
  const instant = formatInstant(at, zone, hasClock && !isThisYear ? 'day' : style, clock);
  return (
    <time dateTime={isoInstant(at)} title={`${formatInstant(at, zone, 'exact', clock)} ${label}`} className="num">
      {ago === undefined ? instant : <span className="out-of-focus">{ago}</span>}
      {ago !== undefined && <span className="in-focus">{instant}</span>}
      {hasZone && ago === undefined && <span className="text-fg-3"> {label}</span>}
    </time>
  );
}
