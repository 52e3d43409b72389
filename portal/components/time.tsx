import { exactInstant, formatAgo, formatInstant, zoneLabel } from '../format/times.ts';
import type { Preferences } from '../preferences/preferences.ts';
import { knownPreferences, readPreferences } from '../preferences/read-preferences.ts';
import { now } from '../server/now.ts';
import { InstantText } from './instant-text.tsx';
import type { Instant } from './instant-text.tsx';

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
  return preferences ? drawn(props, preferences) : <Unread {...props} />;
}

async function Unread(props: TimeProps) {
  return drawn(props, await readPreferences());
}

function drawn({ hasZone = false, ...told }: TimeProps, preferences: Preferences) {
  const { at, zone } = told;
  const instant = instantOf(told, preferences);
  return (
    <InstantText {...instant} title={exactInstant(at, zone, preferences.clock)}>
      {hasZone && instant.ago === undefined && <span className="text-fg-3"> {zoneLabel(zone, at)}</span>}
    </InstantText>
  );
}

/** The same for a cell, which its table draws: the member's preferences are read before there is any. */
export function instantOf(
  { at, zone, style = 'second' }: Omit<TimeProps, 'hasZone'>,
  { clock, times }: Preferences,
): Instant {
  const today = now();
  const hasClock = style === 'second' || style === 'minute';
  const ago = times === 'relative' && hasClock ? formatAgo(at, today) : undefined;
  const isThisYear = formatInstant(at, zone, 'year') === formatInstant(today, zone, 'year');
  const says = formatInstant(at, zone, hasClock && !isThisYear ? 'day' : style, clock);
  return { at, says, ...(ago !== undefined && { ago }) };
}
