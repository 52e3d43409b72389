-- What staff do with keys, and replays of many events.
set role tributary_migrator;

-- Keys by staff: the portal makes and ends secrets, sealed in its process, and can read none of them. It speaks for one org at a time, as whoever
-- appends to its audit chain must.
create policy staff_orgs on org for insert to tributary_portal with check (id in (select unnest(app_tenants())));
create policy staff_keys on federation_key to tributary_portal using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_secrets on federation_secret to tributary_portal using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
grant insert (id, name) on org to tributary_portal;
grant insert, update (state, disabled_at) on federation_key to tributary_portal;
grant insert, update (valid_until), delete on federation_secret to tributary_portal;
drop index federation_key_created_at_id_idx;
create index federation_key_created_at_org_id_id_idx on federation_key (created_at desc, org_id desc, id desc);

-- Which requests still sign with a secret that was rotated away, told by the gateways as they note when keys are used.
alter table federation_secret add column late_uses bigint not null default 0, add column late_used_at timestamptz(3);
grant select (late_uses, late_used_at) on federation_secret to tributary_portal;
create function note_late_uses(key_ids text[], versions integer[], uses integer[], used_ms double precision[]) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update federation_secret s set late_uses = s.late_uses + u.uses, late_used_at = greatest(s.late_used_at, to_timestamp(u.used_ms / 1000))
  from unnest(key_ids, versions, uses, used_ms) as u (id, version, uses, used_ms)
  where s.key_id = u.id and s.version = u.version
$$;
revoke execute on function note_late_uses(text[], integer[], integer[], double precision[]) from public;
grant execute on function note_late_uses(text[], integer[], integer[], double precision[]) to tributary_gateway;

-- A replay of many events: chosen and confirmed by staff, planned and run by workflows that know only its id.
create table replay_run (
  id uuid primary key,
  status text not null default 'planning' check (status in ('planning', 'planned', 'running', 'done', 'cancelled')),
  ordered_by text not null,
  -- The log's own parameters; none where ids were given.
  filter text,
  reason text,
  rate_per_s smallint not null default 20 check (rate_per_s between 1 and 200),
  -- What was chosen and is no event: refused requests and repeats of the log, ids that nobody has.
  lines_without_event integer not null default 0,
  unknown_ids text[] not null default '{}',
  created_at timestamptz(3) not null default now(),
  confirmed_at timestamptz(3),
  cancel_asked_at timestamptz(3),
  finished_at timestamptz(3),
  touched_at timestamptz(3) not null default now()
);
create index replay_run_listed on replay_run (created_at desc, id desc);
create index replay_run_open on replay_run (touched_at) where status in ('planning', 'running');

create table replay_item (
  run_id uuid not null references replay_run (id) on delete restrict on update cascade,
  org_id text not null references org (id) on delete restrict on update cascade,
  event_id text not null,
  type text not null,
  received_at timestamptz(3) not null,
  state text not null default 'chosen'
    check (state in ('chosen', 'eligible', 'already_applied', 'skipped', 'ordered', 'applied', 'rejected')),
  -- Why it is skipped or rejected.
  code text,
  -- What the plan foresees, and the rows that it would write.
  expected text check (expected in ('applied', 'rejected', 'failed')),
  expected_code text,
  writes text[] not null default '{}',
  workflow_id text,
  ordered_at timestamptz(3),
  primary key (run_id, org_id, event_id)
);
create index replay_item_listed on replay_item (run_id, received_at desc, org_id desc, event_id desc);
create index replay_item_open on replay_item (run_id, state, org_id, event_id) where state in ('chosen', 'eligible', 'ordered');

alter table replay_item enable row level security;
alter table replay_item force row level security;
create policy owner_functions on replay_item to tributary_migrator using (true) with check (true);
create policy own_sets on replay_item to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on replay_item for select to tributary_portal using (true);
create policy staff_choose on replay_item for insert to tributary_portal with check (true);
create policy verify on replay_item for select to tributary_verifier using (true);
grant select on replay_run, replay_item to tributary_worker, tributary_portal, tributary_verifier;
grant update on replay_run, replay_item to tributary_worker;
grant insert, update (status, reason, rate_per_s, cancel_asked_at, confirmed_at, touched_at) on replay_run to tributary_portal;
grant insert on replay_item to tributary_portal;

-- A page of a replay spans tenants: ids only.
create function replay_page(run uuid, wanted text, page integer) returns table (org_id text, event_id text, type text)
language sql stable security definer set search_path = pg_catalog, public as $$
  select i.org_id, i.event_id, i.type from replay_item i where i.run_id = run and i.state = wanted order by i.org_id, i.event_id limit page
$$;
-- What became of the events that a replay ordered; returns how many still wait.
create function settle_replay(run uuid) returns integer language plpgsql security definer set search_path = pg_catalog, public
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  waiting integer;
begin
  update replay_item i set state = v.status, code = v.rejection_code
  from event_verdict v
  where i.run_id = run and i.state = 'ordered' and v.org_id = i.org_id and v.event_id = i.event_id
    and not exists (select 1 from event_pending p where p.org_id = i.org_id and p.event_id = i.event_id);
  update replay_run set touched_at = clock_timestamp() where id = run;
  select count(*) into waiting from replay_item i where i.run_id = run and i.state = 'ordered';
  return waiting;
end $$;
create function replay_counts(run uuid) returns table (state text, count integer)
language sql stable security definer set search_path = pg_catalog, public as $$
  select i.state, count(*)::integer from replay_item i where i.run_id = run group by i.state order by i.state
$$;
revoke execute on function replay_page(uuid, text, integer), settle_replay(uuid), replay_counts(uuid) from public;
grant execute on function replay_page(uuid, text, integer), settle_replay(uuid), replay_counts(uuid) to tributary_worker;
reset role;
