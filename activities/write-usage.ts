import type pg from 'pg';
import { compareOccurrence } from '#domain/fold';
import type { EpochMs } from '#domain/instants';
import type { UsageData } from '#domain/usage';
import { instantText } from './instant-text.ts';
import type { UsageEvent } from './load-events.ts';

/**
 * Adds usage rows. Key: (event id, index), and (org, row id) where one was sent: of several rows with one id the earliest in
 * (occurred at, event id, index) order stands, whatever the order they came in.
 */
export async function writeUsage(client: pg.ClientBase, events: readonly UsageEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = rowsOf(events);
  const told = createNumbered<UsageEvent>();
  const windows = createWindows();
  const eventNumbers = rows.map(({ event }) => told.numberOf(event));
  const windowNumbers = rows.map(({ data }) => windows.numberOf(data));
  await client.query({
    name: 'book-usage',
    // What rows share is told once and named by number: to read a thousand instants costs as much as to insert the rows.
    text: `insert into usage_meter as t (org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at, meta)
      select ($1::text[])[r.event], ($2::text[])[r.event], r.index, r.id, r.meter, r.quantity, ($3::timestamptz[])[r.usage_window],
        ($4::timestamptz[])[r.usage_window], ($5::timestamptz[])[r.event], ($6::timestamptz[])[r.event], r.meta
      from unnest($7::integer[], $8::integer[], $9::smallint[], $10::text[], $11::numeric[], $12::text[], $13::jsonb[])
        as r(event, usage_window, index, meter, quantity, id, meta)
      on conflict (org_id, row_id) where row_id is not null do update set event_id = excluded.event_id, row_index = excluded.row_index,
        meter = excluded.meter, quantity = excluded.quantity, window_start = excluded.window_start, window_end = excluded.window_end,
        occurred_at = excluded.occurred_at, received_at = excluded.received_at, meta = excluded.meta
      where (excluded.occurred_at, excluded.event_id collate "C", excluded.row_index) < (t.occurred_at, t.event_id collate "C", t.row_index)`,
    values: [
      told.values().map(({ orgId }) => orgId),
      told.values().map(({ eventId }) => eventId),
      windows.starts.map(instantText),
      windows.ends.map(instantText),
      told.values().map(({ occurredAt }) => instantText(occurredAt)),
      told.values().map(({ receivedAt }) => instantText(receivedAt)),
      // As Postgres writes arrays: the driver's own way with them looks for quotes in every element.
      `{${eventNumbers.join(',')}}`,
      `{${windowNumbers.join(',')}}`,
      `{${rows.map(({ index }) => index).join(',')}}`,
      `{"${rows.map(({ data }) => data.meter).join('","')}"}`,
      `{${rows.map(({ data }) => data.quantity).join(',')}}`,
      rows.some(({ data }) => data.id !== undefined) ? rows.map(({ data }) => data.id) : null,
      rows.some(({ data }) => data.meta) ? rows.map(({ data }) => data.meta && JSON.stringify(data.meta)) : null,
    ],
  });
}

interface UsageRow {
  readonly event: UsageEvent;
  readonly index: number;
  readonly data: UsageData;
}

// What may meet a row of another set comes last, in an order that all sets share: two of them cannot wait for each other.
function rowsOf(events: readonly UsageEvent[]): UsageRow[] {
  const free: UsageRow[] = [];
  const named = new Map<string, UsageRow>();
  for (const event of events.toSorted(byOccurrence)) {
    for (const [index, data] of event.usage.entries()) {
      const name = data.id === undefined ? undefined : `${event.orgId}/${data.id}`;
      if (name === undefined) free.push({ event, index, data });
      // One statement may not touch a row twice.
      else if (!named.has(name)) named.set(name, { event, index, data });
    }
  }
  return named.size === 0
    ? free
    : [...free, ...[...named].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)];
}

/** Distinct values in the order in which they were met, by numbers from 1 as Postgres counts. */
function createNumbered<T>() {
  const numbers = new Map<T, number>();
  return {
    numberOf(value: T): number {
      const known = numbers.get(value);
      if (known !== undefined) return known;
      numbers.set(value, numbers.size + 1);
      return numbers.size;
    },
    values: () => [...numbers.keys()],
  };
}

/** Windows by number. Neighbours mostly share theirs; one that comes again later may be told again. */
function createWindows() {
  const starts: EpochMs[] = [];
  const ends: EpochMs[] = [];
  return {
    starts,
    ends,
    numberOf({ windowStart, windowEnd }: UsageData): number {
      if (starts.at(-1) === windowStart && ends.at(-1) === windowEnd) return starts.length;
      starts.push(windowStart);
      return ends.push(windowEnd);
    },
  };
}

function byOccurrence(a: UsageEvent, b: UsageEvent): number {
  return compareOccurrence(a.occurredAt, a.eventId, b.occurredAt, b.eventId);
}
