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
  const seen = new Set<string>();
  const instants = createInstantTexts();
  const told = events.toSorted(byOccurrence).map((stored) => ({
    org_id: stored.orgId,
    event_id: stored.eventId,
    occurred_at: instantText(stored.occurredAt),
    received_at: instantText(stored.receivedAt),
    rows: stored.usage
      .map((row, index) => rowOf(row, index, instants))
      .filter(({ id }) => id === undefined || isFirst(seen, stored.orgId, id)),
  }));
  await client.query({
    name: 'book-usage',
    text: `insert into usage_meter as t (org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at, meta)
      select e.org_id, e.event_id, r.index, r.id, r.meter, r.quantity, r.start, r.end, e.occurred_at, e.received_at, r.meta
      from json_to_recordset($1) as e(org_id text, event_id text, occurred_at timestamptz, received_at timestamptz, rows json)
      cross join lateral json_to_recordset(e.rows) as r(index smallint, id text, meter text, quantity numeric, start timestamptz, "end" timestamptz, meta jsonb)
      order by e.org_id, r.id
      on conflict (org_id, row_id) where row_id is not null do update set event_id = excluded.event_id, row_index = excluded.row_index,
        meter = excluded.meter, quantity = excluded.quantity, window_start = excluded.window_start, window_end = excluded.window_end,
        occurred_at = excluded.occurred_at, received_at = excluded.received_at, meta = excluded.meta
      where (excluded.occurred_at, excluded.event_id collate "C", excluded.row_index) < (t.occurred_at, t.event_id collate "C", t.row_index)`,
    values: [JSON.stringify(told)],
  });
}

function rowOf(
  { id, meter, quantity, windowStart, windowEnd, meta }: UsageData,
  index: number,
  instants: InstantTexts,
) {
  return { index, id, meter, quantity, start: instants(windowStart), end: instants(windowEnd), meta };
}

type InstantTexts = (epochMs: EpochMs) => string;

// Rows of one request mostly share their windows.
function createInstantTexts(): InstantTexts {
  const texts = new Map<EpochMs, string>();
  return (epochMs) => {
    const text = texts.get(epochMs) ?? instantText(epochMs);
    texts.set(epochMs, text);
    return text;
  };
}

// One statement may not touch a row twice.
function isFirst(seen: Set<string>, orgId: string, id: string): boolean {
  const name = `${orgId}/${id}`;
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

function byOccurrence(a: UsageEvent, b: UsageEvent): number {
  return compareOccurrence(a.occurredAt, a.eventId, b.occurredAt, b.eventId);
}
