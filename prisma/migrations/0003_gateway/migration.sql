-- What the gateway may do beyond reading the state of events: accept them, look a key up, note its use, and let old bodies go.
-- A batch spans tenants while row-level security is forced, so these run with the rights of their owner, which has a policy of its own.
set role tributary_migrator;

-- Accepts events: one row each in event and event_pending, whoever the tenants are. Committing this is the acceptance.
-- Returns nothing for rows that went in. As soon as one row met another of its id, returns for every id of the batch what is stored,
-- read by a second statement, since the first one's snapshot may not see the winner of a race.
-- Rows go in by (org, id): two batches that share ids lock them in one order.
create function accept_events(org_ids text[], ids text[], types text[], bodies text[], fingerprints bytea[], idempotency_keys text[],
  key_ids text[], signature_versions smallint[], request_ids text[], address_prefixes text[], entity_kinds text[], entity_ids text[],
  occurred_ms double precision[], received_ms double precision[])
returns table (org_id text, id text, request_id text, fingerprint bytea)
language plpgsql security definer set search_path = pg_catalog, public
-- A plan made while the table was small must not scan it when it has grown.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  accepted_count integer;
begin
  with told as (
    select distinct on (t.org_id, t.id) t.*
    from unnest(org_ids, ids, types, bodies, fingerprints, idempotency_keys, key_ids, signature_versions, request_ids, address_prefixes,
      entity_kinds, entity_ids, occurred_ms, received_ms)
      as t (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix,
        entity_kind, entity_id, occurred_ms, received_ms)
    order by t.org_id, t.id),
  accepted as (
    insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix,
      entity_kind, entity_id, occurred_at, received_at)
    select t.org_id, t.id, t.type, t.body, t.fingerprint, t.idempotency_key, t.key_id, t.signature_version, t.request_id, t.address_prefix,
      t.entity_kind, t.entity_id, to_timestamp(t.occurred_ms / 1000), to_timestamp(t.received_ms / 1000)
    from told t order by t.org_id, t.id
    on conflict do nothing
    returning org_id, id, received_at),
  queued as (
    insert into event_pending (org_id, event_id, received_at, sweep_after)
    select a.org_id, a.id, a.received_at, clock_timestamp() + interval '5 seconds' from accepted a
    returning 1)
  select count(*) into accepted_count from queued;
  if accepted_count < cardinality(ids) then
    return query
      select e.org_id, e.id, e.request_id, e.fingerprint
      from (select distinct * from unnest(org_ids, ids)) as w (org_id, id)
      cross join lateral (select * from event f where f.org_id = w.org_id and f.id = w.id offset 0) e;
  end if;
end $$;
revoke execute on function accept_events(text[], text[], text[], text[], bytea[], text[], text[], smallint[], text[], text[], text[], text[],
  double precision[], double precision[]) from public;
grant execute on function accept_events(text[], text[], text[], text[], bytea[], text[], text[], smallint[], text[], text[], text[], text[],
  double precision[], double precision[]) to tributary_gateway;

-- A key by its public id, with its live secrets as they are sealed. A deleted key is an unknown key.
create function load_federation_key(wanted text)
returns table (org_id text, id text, scopes text[], state text, rate_per_s integer, burst integer, refuses_v1 boolean, expires_ms double precision,
  secrets json)
language sql stable security definer set search_path = pg_catalog, public as $$
  select k.org_id, k.id, k.scopes, k.state, k.rate_per_s, k.burst, k.refuses_v1, extract(epoch from k.expires_at)::double precision * 1000,
    (select coalesce(json_agg(json_build_object('version', s.version, 'kekId', s.kek_id, 'iv', encode(s.iv, 'base64'),
        'ciphertext', encode(s.ciphertext, 'base64'), 'tag', encode(s.tag, 'base64'),
        'validUntilMs', extract(epoch from s.valid_until)::double precision * 1000) order by s.version desc), '[]')
      from federation_secret s
      where s.org_id = k.org_id and s.key_id = k.id and (s.valid_until is null or s.valid_until > now()))
  from federation_key k
  where k.id = wanted and k.deleted_at is null
$$;
revoke execute on function load_federation_key(text) from public;
grant execute on function load_federation_key(text) to tributary_gateway;

-- When keys were last used, told in batches. Never backwards, whichever process is late.
create function note_federation_keys_used(key_ids text[], used_ms double precision[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update federation_key k set last_used_at = to_timestamp(u.used_ms / 1000)
  from (select u.id, max(u.ms) as used_ms from unnest(key_ids, used_ms) as u (id, ms) group by u.id) u
  where k.id = u.id and (k.last_used_at is null or k.last_used_at < to_timestamp(u.used_ms / 1000))
$$;
revoke execute on function note_federation_keys_used(text[], double precision[]) from public;
grant execute on function note_federation_keys_used(text[], double precision[]) to tributary_gateway;

-- How one event of one tenant stands. Runs with the caller's rights: row-level security applies to the tenant named here.
create function event_state(tenant text, wanted text)
returns table (type text, received_at timestamptz, is_pending boolean, redeliveries smallint, status text, decided_at timestamptz, rejection text,
  workflow_id text)
language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  perform set_config('app.tenants', array[tenant]::text, true);
  return query
    select e.type, e.received_at::timestamptz, p.event_id is not null, p.redeliveries, v.status, v.decided_at::timestamptz, v.rejection, v.workflow_id
    from event e
    left join event_pending p on p.org_id = e.org_id and p.event_id = e.id
    left join event_verdict v on v.org_id = e.org_id and v.event_id = e.id
    where e.org_id = tenant and e.id = wanted;
end $$;
revoke execute on function event_state(text, text) from public;
grant execute on function event_state(text, text) to tributary_gateway;

-- What refused requests contained is kept for 7 days; the attempt itself stays. Bounded: called again while it returns a whole page.
create index delivery_attempt_kept_body on delivery_attempt (at) where body is not null or headers is not null;
create function forget_refused_bodies(page integer) returns integer
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  forgotten integer;
begin
  update delivery_attempt set body = null, headers = null
  where id in (
    select a.id from delivery_attempt a
    where (a.body is not null or a.headers is not null) and a.at < now() - interval '7 days'
    order by a.at limit page for update skip locked);
  get diagnostics forgotten = row_count;
  return forgotten;
end $$;
revoke execute on function forget_refused_bodies(integer) from public;
grant execute on function forget_refused_bodies(integer) to tributary_gateway;
reset role;
