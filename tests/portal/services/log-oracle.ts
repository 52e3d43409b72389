import type pg from 'pg';

/** A line of the log as the tables have it, read without a line of the portal's own SQL. */
export interface Line {
  readonly id: string;
  readonly at: number;
  readonly isEvent: boolean;
  readonly order: string | bigint;
  readonly org: string | null;
  readonly type: string | null;
  readonly result: string;
  readonly code: string | null;
  readonly keyId: string | null;
  readonly eventId: string | null;
  readonly idempotencyKey: string | null;
  readonly entityId: string | null;
  readonly requestId: string;
  readonly repeats: number;
}

/** Every line, newest first; in one millisecond events stand before what was refused or repeated. */
export async function readLines(all: pg.Pool): Promise<readonly Line[]> {
  const [events, attempts, pending, verdicts] = await Promise.all(
    ['event', 'delivery_attempt', 'event_pending', 'event_verdict'].map((table) => all.query(`select * from ${table}`)),
  );
  const isPending = new Set(pending?.rows.map((row) => `${row.org_id}.${row.event_id}`));
  const verdictOf = new Map(verdicts?.rows.map((row) => [`${row.org_id}.${row.event_id}`, row]));
  const lines = [
    ...(events?.rows ?? []).map((row): Line => {
      const id = `${row.org_id}.${row.id}`;
      const result: string = isPending.has(id) ? 'accepted' : verdictOf.get(id).status;
      const code = result === 'rejected' ? verdictOf.get(id).rejection_code : null;
      const own = { id, at: row.received_at.getTime(), isEvent: true, order: row.id, type: row.type, eventId: row.id };
      return { ...own, result, code, keyId: row.key_id, entityId: row.entity_id, repeats: 1, ...shared(row) };
    }),
    ...(attempts?.rows ?? []).map((row): Line => {
      const isReplay = row.status < 300;
      const own = { id: `att_${row.id}`, at: row.at.getTime(), isEvent: false, order: BigInt(row.id), type: null };
      const told = { code: isReplay ? null : row.code, keyId: row.claimed_key_id, eventId: row.event_id };
      return {
        ...own,
        ...told,
        result: isReplay ? 'replayed' : 'refused',
        entityId: null,
        repeats: row.repeats,
        ...shared(row),
      };
    }),
  ];
  return lines.toSorted(newestFirst);
}

function shared(row: { org_id: string | null; idempotency_key: string | null; request_id: string }) {
  return { org: row.org_id, idempotencyKey: row.idempotency_key, requestId: row.request_id };
}

function newestFirst(a: Line, b: Line) {
  if (a.at !== b.at) return b.at - a.at;
  if (a.isEvent !== b.isEvent) return a.isEvent ? -1 : 1;
  return a.order < b.order ? 1 : -1;
}
