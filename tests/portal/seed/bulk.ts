import type pg from 'pg';

/** Many deliveries, made by the database itself: for plans and timings, not for reading. One org has half of them, some types are rare. */
export async function seedBulk(db: pg.Pool, events: number, now: number, everyMs = 250): Promise<void> {
  await db.query("insert into org (id, name) select 'org-' || n, 'Org ' || n from generate_series(0, 49) n");
  await db.query("insert into federation_key (org_id, id, scopes) select id, 'fk_' || id, '{events}' from org");
  await db.query(
    `insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind, entity_id,
       occurred_at, received_at)
     select o, 'evt_' || translate(rtrim(encode(substr(sha256(convert_to('federation-event' || chr(10) || o || chr(10) || 'key-' || n, 'UTF8')), 1, 20), 'base64'), '='), '+/', '-_'),
       case when n % 10000 = 0 then 'evaluation.completed' when n % 3 = 0 then 'ai.used' else 'lead.created' end,
       '{}', decode(repeat('00', 32), 'hex'), 'key-' || n, 'fk_' || o, 2, 'req_' || n, '203.0.113.0/24', 'lead', 'L-' || n % 50000, t, t
     from (select n, 'org-' || case when n % 2 = 0 then 0 else n % 50 end as o, to_timestamp($2::float8 / 1000) - n * $3::float8 * interval '1 millisecond' as t
       from generate_series(1, $1::int) n) s`,
    [events, now, everyMs],
  );
  await db.query(
    `insert into event_verdict (org_id, event_id, status, decided_at, received_at, rejection_code, rejection, workflow_id)
     select org_id, id, case when r then 'rejected' else 'applied' end, received_at + interval '20 ms', received_at,
       case when r then 'refund_exceeds_paid' end, case when r then 'no' end, 'event:' || org_id || ':' || id
     from (select *, abs(hashtext(id)) % 2000 = 0 as r from event) e`,
  );
  await db.query(
    `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, claimed_key_id, org_id, idempotency_key, event_id)
     select to_timestamp($2::float8 / 1000) - n * 8 * $3::float8 * interval '1 millisecond', 'ref_' || n, 'events',
       case when n % 5 = 0 then 200 else 401 end, case when n % 5 = 0 then 'replayed' when n % 1000 = 1 then 'internal' else 'signature_invalid' end,
       1, '203.0.113.0/24', 'fk_org-' || n % 50, case when n % 5 = 0 then 'org-' || n % 50 end, case when n % 5 = 0 then 'key-' || n end, null
     from generate_series(1, $1::int / 8) n`,
    [events, now, everyMs],
  );
  await db.query('vacuum analyze');
}
