import { eventTypes, type EntityKind } from './event-types.ts';
import type { EventOf, EventType, TenantEvent } from './events.ts';
import type { EpochMs } from './instants.ts';
import type { RejectionCode } from './rejections.ts';

/** The kinds whose state is folded from their events; usage rows stand alone. */
export type FoldedKind = Exclude<EntityKind, 'usage'>;

type TypeOfKind<K extends EntityKind> = {
  [T in EventType]: (typeof eventTypes)[T]['kind'] extends K ? T : never;
}[EventType];
export type EventOfKind<K extends EntityKind> = EventOf<TypeOfKind<K>>;

export interface Occurred<E extends TenantEvent = TenantEvent> {
  readonly eventId: string;
  readonly event: E;
}

export type Verdict = { readonly status: 'applied' } | { readonly status: 'rejected'; readonly code: RejectionCode };

export interface Refused {
  readonly refused: RejectionCode;
}

/** What one event makes of the state before it, or why it can never be applied to it. */
export type Step<E extends TenantEvent, S extends object> = (
  state: S | undefined,
  occurred: Occurred<E>,
) => S | Refused;

/** An entity as its events make it. */
export interface Folded<S> {
  /** Undefined when no event could be applied. */
  readonly state: S | undefined;
  /** One per event, in the order of `ordered`. */
  readonly verdicts: readonly Verdict[];
  readonly ordered: readonly Occurred[];
  /** How many events were applied: the version of the row. */
  readonly version: number;
  /** When the first applied event occurred. */
  readonly createdAt: EpochMs;
}

/** Applies the distinct events in the order they occurred, whatever the order they came in. */
export function foldInOrder<K extends FoldedKind, S extends object>(
  kind: K,
  step: Step<EventOfKind<K>, S>,
  history: readonly Occurred[],
): Folded<S> {
  const ordered = history.filter((occurred) => isOfKind(kind, occurred)).toSorted(byOccurrence);
  const verdicts: Verdict[] = [];
  let state: S | undefined;
  let version = 0;
  let createdAt = 0;
  for (const occurred of ordered) {
    const next = step(state, occurred);
    if (isRefused(next)) {
      verdicts.push({ status: 'rejected', code: next.refused });
      continue;
    }
    if (version === 0) createdAt = occurred.event.occurredAt;
    verdicts.push({ status: 'applied' });
    state = next;
    version++;
  }
  return { state, verdicts, ordered, version, createdAt };
}

/** `occurredAt` first, event id where two events occurred at one instant. */
export function byOccurrence(a: Occurred, b: Occurred): number {
  return compareOccurrence(a.event.occurredAt, a.eventId, b.event.occurredAt, b.eventId);
}

/** The order of any two events, as Array.prototype.sort takes it. */
export function compareOccurrence(at: EpochMs, id: string, otherAt: EpochMs, otherId: string): number {
  return at - otherAt || (id < otherId ? -1 : Number(id > otherId));
}

export function refuse(code: RejectionCode): Refused {
  return { refused: code };
}

function isOfKind<K extends EntityKind>(kind: K, occurred: Occurred): occurred is Occurred<EventOfKind<K>> {
  return eventTypes[occurred.event.type].kind === kind;
}

function isRefused(next: object): next is Refused {
  return 'refused' in next;
}
