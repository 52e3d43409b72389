import { minuteMs } from '#domain/instants';
import { formatInstant, zoneLabel } from '../format/times.ts';
import { messages } from '../messages/en.ts';

const staleMs = 15 * minuteMs;

interface StaleProps {
  /** Up to when the roll-ups know. */
  readonly through: number | undefined;
  readonly at: number;
  readonly zone: string;
}

/** A banner where figures are older than they should be. */
export function Stale({ through, at, zone }: StaleProps) {
  const text = staleText({ through, at, zone });
  if (text === undefined) return null;
  return (
    <p role="status" className="num rounded-control bg-warn-soft px-3 py-2 text-warn-text">
      {text}
    </p>
  );
}

export function staleText({ through, at, zone }: StaleProps): string | undefined {
  if (through === undefined || at - through <= staleMs) return undefined;
  return messages.lists.stale(`${formatInstant(through, zone, 'minute')} ${zoneLabel(zone, through)}`);
}
