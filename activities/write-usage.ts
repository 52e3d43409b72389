import type pg from 'pg';
import { instantText } from './instant-text.ts';
import type { UsageEvent } from './load-events.ts';

/**
 * Adds usage rows. Key: (event id, index), and (org, row id) where one was sent: of several rows with one id the earliest in
 * (occurred at, event id, index) order stands, whatever the order they came in.
 */
export async function writeUsage(client: pg.ClientBase, events: readonly UsageEvent[]): Promise<void> {
  const rows = withoutRepeats(events.toSorted(byOccurrence).flatMap(rowsOf));
  if (rows.length === 0) return;
  await client.query({
    name: 'book-usage',
    text: `insert into usage_meter as t (org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at, meta)
      select org_id, event_id, row_index, row_id, meter, quantity, window_start, window_end, occurred_at, received_at, meta
      from json_populate_recordset(null::usage_meter, $1) order by org_id, row_id
      on conflict (org_id, row_id) do update set event_id = excluded.event_id, row_index = excluded.row_index, meter = excluded.meter,
        quantity = excluded.quantity, window_start = excluded.window_start, window_end = excluded.window_end,
        occurred_at = excluded.occurred_at, received_at = excluded.received_at, meta = excluded.meta
      where (excluded.occurred_at, excluded.event_id collate "C", excluded.row_index) < (t.occurred_at, t.event_id collate "C", t.row_index)`,
    values: [JSON.stringify(rows)],
  });
}

type UsageRow = ReturnType<typeof rowsOf>[number];

function rowsOf(stored: UsageEvent) {
  return stored.usage.map((row, rowIndex) => ({
    org_id: stored.orgId,
    event_id: stored.eventId,
    row_index: rowIndex,
    row_id: row.id ?? null,
    meter: row.meter,
    quantity: row.quantity,
    window_start: instantText(row.windowStart),
    window_end: instantText(row.windowEnd),
    occurred_at: instantText(stored.occurredAt),
    received_at: instantText(stored.receivedAt),
    meta: row.meta ?? null,
  }));
}

// One statement may not touch a row twice.
function withoutRepeats(rows: readonly UsageRow[]): UsageRow[] {
  const seen = new Set<string>();
  return rows.filter(({ org_id, row_id }) => {
    if (row_id === null) return true;
    const name = `${org_id}/${row_id}`;
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}

function byOccurrence(a: UsageEvent, b: UsageEvent): number {
  return a.occurredAt - b.occurredAt || (a.eventId < b.eventId ? -1 : Number(a.eventId > b.eventId));
}
