import type { Folded, Occurred } from '#domain/fold';
import { occurred, type Told } from '../../support/events.ts';

/** Events with ids that follow the order in which they are told. */
export function history(told: readonly Told[]): Occurred[] {
  return told.map((one, index) => occurred({ eventId: `evt_${index}`, ...one }));
}

/** `applied` or the code of the rejection, in the order in which the events were told. */
export function verdictsOf(folded: Folded<object>): string[] {
  const named = folded.ordered.map(({ eventId }, index) => ({ eventId, verdict: folded.verdicts[index] }));
  const told = named.toSorted((a, b) => a.eventId.localeCompare(b.eventId));
  return told.map(({ verdict }) => (verdict?.status === 'rejected' ? verdict.code : (verdict?.status ?? '')));
}
