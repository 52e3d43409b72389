import { formatInstant, isoInstant, zoneLabel } from '../format/times.ts';

interface TimeProps {
  readonly at: number;
  readonly zone: string;
  readonly style?: 'second' | 'minute' | 'day' | 'exact';
  /** Prints the zone too, where no heading near by does. */
  readonly hasZone?: boolean;
}

/** An instant; milliseconds and zone on hover. */
export function Time({ at, zone, style = 'second', hasZone = false }: TimeProps) {
  const label = zoneLabel(zone, at);
  return (
    <time dateTime={isoInstant(at)} title={`${formatInstant(at, zone, 'exact')} ${label}`} className="num">
      {formatInstant(at, zone, style)}
      {hasZone && <span className="text-fg-3"> {label}</span>}
    </time>
  );
}
