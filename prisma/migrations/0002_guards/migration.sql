-- Row-level security, grants, append-only triggers, checks and the indices that Prisma's schema cannot say.
set role tributary_migrator;

-- The tenants that the transaction speaks for; unset or empty means none.
create function app_tenants() returns text[] language sql stable parallel safe
  as $$ select nullif(current_setting('app.tenants', true), '')::text[] $$;

-- Every table with a tenant: forced, default deny. `(select ...)` is evaluated once per statement, not once per row.
do $$
declare
  tenanted record;
begin
  for tenanted in
    select c.relname as name, case when c.relname = 'org' then 'id' else 'org_id' end as tenant
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'
      and (c.relname = 'org' or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped))
  loop
    execute format('alter table %I enable row level security', tenanted.name);
    execute format('alter table %I force row level security', tenanted.name);
    execute format('create policy owner_functions on %I to tributary_migrator using (true) with check (true)', tenanted.name);
    execute format('create policy own_tenants on %I to tributary_gateway, tributary_worker
      using (%2$I = any ((select app_tenants())::text[])) with check (%2$I = any ((select app_tenants())::text[]))', tenanted.name, tenanted.tenant);
    execute format('create policy staff_read on %I for select to tributary_portal using (true)', tenanted.name);
    execute format('create policy verify on %I for select to tributary_verifier using (true)', tenanted.name);
  end loop;
end $$;

do $$
declare
  model regclass;
begin
  for model in select c.oid from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and pg_get_userbyid(c.relowner) = current_user and c.relname <> 'federation_secret' loop
    execute format('grant select on %s to tributary_verifier', model);
  end loop;
end $$;

-- gateway: reads the state of events and its keys by function; everything else goes through functions.
grant select on event, event_pending, event_verdict to tributary_gateway;
create policy gateway_log on delivery_attempt for insert to tributary_gateway with check (true);
grant insert on delivery_attempt to tributary_gateway;
grant usage on sequence delivery_attempt_id_seq to tributary_gateway;

-- worker: the effects. It neither accepts events nor changes what was accepted.
grant select on event, org to tributary_worker;
grant select, update, delete on event_pending to tributary_worker;
grant select, insert, update on event_verdict to tributary_worker;
grant select, insert, delete on activity to tributary_worker;
grant select, insert, update on lead, subscription, addon_purchase, incident, invoice, payment, ai_usage_event, ai_monthly_summary,
  credit_grant, evaluation_run, usage_meter, rated_period, dunning_case, job_slot, job_run to tributary_worker;
grant select, insert, update, delete on subscription_change, addon_refund, refund, evaluation_case, invoice_line to tributary_worker;
-- A payment or refund that a later fold rejects leaves the books again.
grant delete on payment to tributary_worker;
grant select, insert on billing_ledger to tributary_worker;
grant select on audit_log, audit_head to tributary_worker;

-- portal: reads what staff see, never a secret; writes its own sign-in tables.
grant select on org, federation_key, event, event_pending, event_verdict, delivery_attempt, activity, audit_log, audit_head, lead, subscription,
  subscription_change, usage_meter, rated_period, addon_purchase, addon_refund, incident, invoice, invoice_line, payment, refund,
  dunning_case, billing_ledger, ai_usage_event, ai_monthly_summary, credit_grant, evaluation_run, evaluation_case, job_slot, job_run
  to tributary_portal;
grant select (org_id, key_id, version, last_four, valid_until, created_at) on federation_secret to tributary_portal;
grant select, insert, update, delete on staff_member, staff_session, staff_recovery_code, staff_passkey, staff_login_bucket to tributary_portal;

-- The chain: hash(n) = SHA-256(hash(n - 1) || the entry as a JSON array). `detail` is json, so its text is kept as written.
create function audit_hash(prev_hash bytea, org_id text, seq bigint, at timestamptz, actor_type text, actor text, action text, subject text,
  event_id text, verdict smallint, outcome text, detail json) returns bytea language sql stable parallel safe
  as $$ select sha256(prev_hash || convert_to(json_build_array(org_id, seq, (extract(epoch from at) * 1000)::bigint, actor_type, actor,
    action, subject, event_id, verdict, outcome, detail)::text, 'UTF8')) $$;

-- Appends entries, each {org_id, actor_type, actor, action, subject, event_id?, verdict?, outcome?, detail?}, to their orgs' chains.
-- The head rows are locked in org order, last in the caller's transaction. Only for the tenants the transaction speaks for.
create function append_audit(entries json) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  told constant timestamptz(3) := clock_timestamp();
  chains constant text[] := array(select distinct e.org_id from json_to_recordset(entries) as e(org_id text) order by 1);
  entry record;
  chain text;
  place bigint;
  last_hash bytea;
  places bigint[] := '{}';
  hashes bytea[] := '{}';
  previous bytea[] := '{}';
begin
  if array_position(chains, null) is not null or not chains <@ coalesce(app_tenants(), '{}') then
    raise exception 'audit: an entry is outside the tenants of this transaction' using errcode = '42501';
  end if;
  insert into audit_head (org_id, hash) select c, sha256(convert_to(c, 'UTF8')) from unnest(chains) as c on conflict do nothing;
  perform 1 from audit_head h where h.org_id = any (chains) order by h.org_id for update;
  for entry in
    select e.*, h.seq as head_seq, h.hash as head_hash
    from rows from (json_to_recordset(entries) as (org_id text, actor_type text, actor text, action text, subject text, event_id text,
      verdict smallint, outcome text, detail json)) with ordinality as e
    join audit_head h on h.org_id = e.org_id order by e.org_id, e.ordinality
  loop
    if chain is distinct from entry.org_id then
      chain := entry.org_id;
      place := entry.head_seq;
      last_hash := entry.head_hash;
    end if;
    place := place + 1;
    places := array_append(places, place);
    previous := array_append(previous, last_hash);
    last_hash := audit_hash(last_hash, chain, place, told, entry.actor_type, entry.actor, entry.action, entry.subject,
      entry.event_id, entry.verdict, coalesce(entry.outcome, 'ok'), coalesce(entry.detail, '{}'));
    hashes := array_append(hashes, last_hash);
  end loop;
  insert into audit_log (org_id, seq, at, actor_type, actor, action, subject, event_id, verdict, outcome, detail, prev_hash, hash)
    select e.org_id, places[e.n], told, e.actor_type, e.actor, e.action, e.subject, e.event_id, e.verdict, coalesce(e.outcome, 'ok'),
      coalesce(e.detail, '{}'), previous[e.n], hashes[e.n]
    from (select r.*, row_number() over (order by r.org_id, r.ordinality) as n
      from rows from (json_to_recordset(entries) as (org_id text, actor_type text, actor text, action text, subject text, event_id text,
        verdict smallint, outcome text, detail json)) with ordinality as r) e;
  update audit_head h set seq = l.seq, hash = l.hash
    from (select distinct on (e.org_id) e.org_id, places[e.n] as seq, hashes[e.n] as hash
      from (select r.org_id, row_number() over (order by r.org_id, r.ordinality) as n
        from rows from (json_to_recordset(entries) as (org_id text)) with ordinality as r) e order by e.org_id, e.n desc) l
    where h.org_id = l.org_id;
end $$;
revoke execute on function append_audit(json) from public;
grant execute on function append_audit(json) to tributary_worker, tributary_portal;

create function refuse_change() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = '42501';
end $$;
create trigger append_only before update or delete on audit_log for each row execute function refuse_change();
create trigger append_only_whole before truncate on audit_log for each statement execute function refuse_change();
create trigger append_only before update or delete on billing_ledger for each row execute function refuse_change();
create trigger append_only_whole before truncate on billing_ledger for each statement execute function refuse_change();
create trigger append_only before update or delete on event for each row execute function refuse_change();

alter table event_verdict add constraint event_verdict_status check (status in ('applied', 'rejected')),
  add constraint event_verdict_reason check ((status = 'rejected') = (rejection_code is not null));
alter table federation_key add constraint federation_key_state check (state in ('active', 'disabled')),
  add constraint federation_key_scopes check (scopes <@ array['events', 'usage'] and cardinality(scopes) > 0),
  add constraint federation_key_rate check (rate_per_s > 0 and burst > 0);
alter table federation_secret add constraint federation_secret_sealed check (octet_length(iv) = 12 and octet_length(tag) = 16 and octet_length(ciphertext) >= 32);
alter table event add constraint event_fingerprint check (octet_length(fingerprint) = 32);
alter table lead add constraint lead_status check (status in ('new', 'contacted', 'qualified', 'converted', 'disqualified'));
alter table subscription add constraint subscription_status check (status in ('incomplete', 'trialing', 'active', 'past_due', 'canceled'));
alter table addon_purchase add constraint addon_purchase_refunds check (refunded_minor >= 0 and refunded_minor <= amount_minor),
  add constraint addon_purchase_status check (status in ('purchased', 'partly_refunded', 'refunded'));
alter table incident add constraint incident_status check (status in ('open', 'escalated', 'resolved'));
alter table invoice add constraint invoice_source check (source in ('rated', 'reported')),
  add constraint invoice_status check (status in ('incomplete', 'draft', 'open', 'paid', 'void', 'uncollectible')),
  add constraint invoice_adds_up check (subtotal_minor - discount_minor + tax_minor = total_minor),
  add constraint invoice_agrees check (status = 'incomplete' or total_minor = paid_minor + due_minor + credited_minor);
alter table payment add constraint payment_status check (status in ('pending', 'succeeded', 'failed', 'unknown')),
  add constraint payment_amount check (amount_minor > 0);
alter table refund add constraint refund_amount check (amount_minor > 0);
alter table usage_meter add constraint usage_meter_window check (window_start < window_end), add constraint usage_meter_quantity check (quantity >= 0);
alter table staff_member add constraint staff_member_roles check (roles <@ array['provider', 'accountant', 'developer']);
alter table job_slot add constraint job_slot_status check (status in ('running', 'done', 'partial', 'failed', 'covered'));

-- A row id counts once for ever; most rows have none and need no entry.
create unique index usage_meter_row_id on usage_meter (org_id, row_id) where row_id is not null;
create index event_entity on event (org_id, entity_kind, entity_id) where entity_kind is not null;
create index event_verdict_rejected on event_verdict (received_at desc, event_id desc) where status = 'rejected';
create unique index dunning_case_open on dunning_case (org_id, invoice_id) where closed_at is null;
create unique index payment_live on payment (org_id, invoice_id) where status in ('pending', 'unknown');
create index lead_unbilled on lead (converted_at desc, org_id, id) where status = 'converted';
create unique index billing_ledger_reversal on billing_ledger (org_id, reversal_of, entry) where reversal_of is not null;

alter table event_pending set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, fillfactor = 70);
alter table event_verdict set (fillfactor = 90);
reset role;

-- What other sessions hold, for the check that nothing is left open. Only a superuser may grant it; elsewhere an operator does.
do $$ begin
  grant pg_read_all_stats to tributary_verifier;
exception when insufficient_privilege then
  raise notice 'grant pg_read_all_stats to tributary_verifier by a superuser';
end $$;
