-- The money side: the catalogue, what rating and closing keep, collection, commands of staff, roll-ups, and the marks that say what is to be
-- brought up to date.
set role tributary_migrator;

-- The catalogue. A price, a plan of an org and a zone hold from an instant on; what is rated by them finds the one in force at a period's start.
create table plan (
  id text primary key,
  name text not null,
  ai_allowance jsonb
);
create table meter (
  id text primary key,
  name text not null,
  aggregation text not null check (aggregation in ('sum', 'max', 'latest', 'count')),
  unit text
);
create table plan_price (
  plan_id text not null references plan (id) on delete restrict on update cascade,
  meter text not null references meter (id) on delete restrict on update cascade,
  from_at timestamptz(3) not null,
  until_at timestamptz(3),
  price jsonb not null,
  primary key (plan_id, meter, from_at),
  constraint plan_price_bounds check (until_at > from_at)
);
create table org_plan (
  org_id text not null references org (id) on delete restrict on update cascade,
  from_at timestamptz(3) not null,
  plan_id text references plan (id) on delete restrict on update cascade,
  primary key (org_id, from_at)
);
create table org_price (
  org_id text not null references org (id) on delete restrict on update cascade,
  meter text not null references meter (id) on delete restrict on update cascade,
  from_at timestamptz(3) not null,
  until_at timestamptz(3),
  price jsonb not null,
  primary key (org_id, meter, from_at),
  constraint org_price_bounds check (until_at > from_at)
);
create table org_zone (
  org_id text not null references org (id) on delete restrict on update cascade,
  from_at timestamptz(3) not null,
  time_zone text not null,
  primary key (org_id, from_at)
);

-- How an org is billed, one row each. Locking it serialises all that is done to the org's invoices, payments and credit.
create table org_billing (
  org_id text primary key references org (id) on delete restrict on update cascade,
  next_rating_at timestamptz(3),
  next_close_at timestamptz(3),
  closed_through timestamptz(3),
  due_days smallint not null default 0 check (due_days between 0 and 365),
  dunning_policy jsonb,
  payment_provider text,
  payment_token text,
  payment_method_at timestamptz(3),
  notice_email text,
  parked_at timestamptz(3),
  parked_reason text,
  constraint org_billing_method check ((payment_provider is null) = (payment_token is null))
);
-- Due at once: the first rating finds out when the next one is.
insert into org_billing (org_id, next_rating_at, next_close_at) select id, '-infinity', '-infinity' from org;
create index org_billing_rating on org_billing (next_rating_at, org_id) where next_rating_at is not null;
create index org_billing_close on org_billing (next_close_at, org_id) where next_close_at is not null;
create function begin_org_billing() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into org_billing (org_id, next_rating_at, next_close_at) select id, '-infinity', '-infinity' from told on conflict do nothing;
  return null;
end $$;
create trigger begin_billing after insert on org referencing new table as told for each statement execute function begin_org_billing();

-- Usage rows of the staff's own may be negative.
alter table usage_meter add column is_correction boolean not null default false,
  drop constraint usage_meter_quantity, add constraint usage_meter_quantity check (quantity >= 0 or is_correction);
alter table ai_usage_event add column is_over_cap boolean not null default false;

-- A period is counted from its index alone. Partial, which any org's query implies, because Prisma leaves such indices alone.
drop index usage_meter_org_id_meter_window_start_idx;
create index usage_meter_counted on usage_meter (org_id, meter, window_start) include (window_end, received_at, quantity)
  where org_id is not null;

-- What the lines of the period come to, so that the next rating of it need not read them again.
alter table rated_period add column usage_rows bigint not null default 0, add column booked jsonb not null default '{}';

-- A request of a thousand rows is packed when it is accepted and unpacked when it is applied: by the faster way, where the server knows it.
do $$
begin
  alter table event alter column body set compression lz4;
exception when feature_not_supported then
  null;
end $$;

-- Usage that no price was in force for, kept and listed until there is one.
create table unrated_usage (
  org_id text not null references org (id) on delete restrict on update cascade,
  meter text not null,
  period_start timestamptz(3) not null,
  period_end timestamptz(3) not null,
  reason text not null check (reason in ('no_plan', 'unknown_meter', 'no_price')),
  usage_rows bigint not null,
  quantity numeric(38, 9) not null,
  noted_at timestamptz(3) not null,
  primary key (org_id, meter, period_start)
);

alter table invoice add column period_start timestamptz(3), add column period_end timestamptz(3), add column parked_at timestamptz(3),
  add column parked_reason text;
create index invoice_parked on invoice (org_id, id) where parked_at is not null;
create unique index invoice_number on invoice (number) where source = 'rated' and number is not null;
create index invoice_due on invoice (due_at, org_id, id) where source = 'rated' and status = 'open';
create index invoice_drafts on invoice (org_id, period_end) where source = 'rated' and status = 'draft';
create table invoice_counter (
  id boolean primary key default true check (id),
  last_number bigint not null default 0
);
insert into invoice_counter default values;

alter table invoice_line add column meter text, add column period_start timestamptz(3), add column period_end timestamptz(3),
  add column is_late boolean not null default false, add column source text;
-- What a line bills, it bills once, whichever invoice it is on.
create unique index invoice_line_source on invoice_line (org_id, source_key) where source_key <> 'reported';
create index invoice_line_rated on invoice_line (org_id, meter, period_start) where meter is not null;
-- All lines of one subscription, lead or purchase: what was booked of it before.
create index invoice_line_of_source on invoice_line (org_id, source) where source is not null;
create index lead_org_id_created_at_idx on lead (org_id, created_at);
create index addon_purchase_org_id_created_at_idx on addon_purchase (org_id, created_at);

create table credit_note (
  org_id text not null,
  invoice_id text not null,
  ref text not null,
  kind text not null check (kind in ('credit_note', 'void', 'write_off')),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null,
  reason text,
  at timestamptz(3) not null,
  primary key (org_id, invoice_id, ref),
  foreign key (org_id, invoice_id) references invoice (org_id, id) on delete restrict on update cascade
);

-- Attempts of our own. `slot_day` is the day of a scheduled one: one a day.
-- `sent_at` is the clock's when it was first sent: for how long a provider's key is trusted hangs on it, whatever slot it was made in.
alter table payment add column sent_at timestamptz(3), add column provider text, add column token text, add column trigger text, add column slot_day date,
  add column decline text, add column asked smallint not null default 0, add column ask_at timestamptz(3), add column settled_at timestamptz(3),
  add constraint payment_trigger check (trigger in ('collection', 'schedule', 'new_method', 'by_hand')),
  add constraint payment_decline check (decline in ('soft', 'hard'));
create unique index payment_scheduled on payment (org_id, invoice_id, slot_day) where trigger = 'schedule';
create index payment_unsettled on payment (ask_at, org_id, invoice_id) where status in ('pending', 'unknown') and provider_key is not null;
create index payment_settled on payment (provider, settled_at) where provider is not null and status = 'succeeded';
create unique index payment_provider_ref on payment (provider, provider_ref) where provider_ref is not null and provider is not null;
alter table refund add column status text not null default 'succeeded' check (status in ('pending', 'succeeded', 'failed', 'unknown')),
  add column paid_to text not null default 'cash' check (paid_to in ('cash', 'credit')), add column provider_key text unique,
  add column provider_ref text, add column sent_at timestamptz(3);
create index refund_unsettled on refund (at, org_id, invoice_id) where status in ('pending', 'unknown') and provider_key is not null;

alter table dunning_case add column policy jsonb not null, add column failed_on date not null, add column steps_left smallint[] not null,
  add column last_step_on date, add column stopped_on date, add column has_new_method boolean not null default false,
  add column exhausted_on date, add column closed_by text, drop column step,
  add column paused_at timestamptz(3),
  add constraint dunning_case_state check (state in ('retrying', 'exhausted', 'ended', 'closed')),
  add constraint dunning_case_closed_by check (closed_by in ('paid', 'voided', 'canceled'));
create index dunning_case_next on dunning_case (next_at, org_id, id) where next_at is not null;
create table dunning_notice (
  org_id text not null,
  case_id text not null,
  step smallint not null,
  channel text not null,
  recorded_at timestamptz(3) not null,
  sent_at timestamptz(3),
  primary key (org_id, case_id, step, channel),
  foreign key (org_id, case_id) references dunning_case (org_id, id) on delete restrict on update cascade
);
create index dunning_notice_unsent on dunning_notice (recorded_at, org_id) where sent_at is null;
-- Due invoices that nothing can collect, such as those of an org without a payment method. No attempt is made, and no step is used.
create table collection_wait (
  org_id text not null,
  invoice_id text not null,
  reason text not null check (reason in ('no_method', 'charge_unexplained')),
  since timestamptz(3) not null,
  told_at timestamptz(3),
  primary key (org_id, invoice_id),
  foreign key (org_id, invoice_id) references invoice (org_id, id) on delete restrict on update cascade
);
create index collection_wait_untold on collection_wait (since, org_id) where told_at is null;

-- What a payment provider told us, each event once, and the charges that it says it has.
create table provider_event (
  provider text not null,
  id text not null,
  type text not null,
  object_ref text,
  received_at timestamptz(3) not null,
  handled_at timestamptz(3),
  primary key (provider, id)
);
create index provider_event_unhandled on provider_event (received_at) where handled_at is null;
create table provider_charge (
  provider text not null,
  ref text not null,
  org_id text not null,
  invoice_id text not null,
  provider_key text,
  amount_minor bigint not null,
  currency text not null,
  status text not null,
  refunded_minor bigint not null default 0,
  is_disputed boolean not null default false,
  charged_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  primary key (provider, ref)
);
create index provider_charge_org on provider_charge (org_id, invoice_id);
create index provider_charge_at on provider_charge (provider, charged_at);
-- The provider's list was read from `since` through `through`, by its clock, for the slot `matched_at`.
create table provider_watermark (
  provider text primary key,
  since timestamptz(3) not null,
  through timestamptz(3) not null,
  matched_at timestamptz(3) not null
);

-- The ledger: what a transaction books sums to 0, statement by statement.
alter table billing_ledger add column fact text not null;
create index billing_ledger_credit on billing_ledger (org_id, currency) where account = 'credit';
alter table billing_ledger add constraint billing_ledger_account check (account in ('receivable', 'revenue', 'tax', 'cash', 'credit', 'bad_debt'));
create function refuse_unbalanced() returns trigger language plpgsql set search_path = pg_catalog as $$
declare
  unbalanced text;
begin
  select t.transaction_id into unbalanced from told t group by t.org_id, t.transaction_id, t.currency having sum(t.amount_minor) <> 0 limit 1;
  if found then
    raise exception 'ledger: transaction % does not balance', unbalanced using errcode = '23514', constraint = 'billing_ledger_balance';
  end if;
  return null;
end $$;
create trigger balance after insert on billing_ledger referencing new table as told for each statement execute function refuse_unbalanced();

alter table credit_grant drop constraint if exists credit_grant_credits;
-- Stored beside what can be computed: a difference is an alert.
create table credit_balance (
  org_id text primary key references org (id) on delete restrict on update cascade,
  granted numeric(38, 9) not null,
  used numeric(38, 9) not null,
  expired numeric(38, 9) not null,
  remaining numeric(38, 9) not null,
  overage numeric(38, 9) not null,
  computed_at timestamptz(3) not null
);
create table ai_alert (
  org_id text not null references org (id) on delete restrict on update cascade,
  month date not null,
  level smallint not null,
  fired_at timestamptz(3) not null,
  primary key (org_id, month, level)
);

-- What staff order about money: stored first, then done once by a run that knows only its id.
create table staff_command (
  org_id text not null references org (id) on delete restrict on update cascade,
  id uuid not null,
  kind text not null,
  body jsonb not null,
  actor_type text not null default 'staff',
  actor text not null,
  reason text not null,
  status text not null default 'pending' check (status in ('pending', 'done', 'refused')),
  result jsonb,
  created_at timestamptz(3) not null default now(),
  done_at timestamptz(3),
  primary key (org_id, id)
);
create index staff_command_listed on staff_command (created_at desc, org_id, id desc);
create index staff_command_pending on staff_command (created_at) where status = 'pending';

-- Roll-ups: a day is computed again from its source, never counted up.
create table metric_day (
  metric text not null,
  day date not null,
  org_id text not null,
  currency text not null default 'XXX',
  n bigint not null default 0,
  minor bigint not null default 0,
  primary key (metric, day, org_id, currency)
);
create table metric_watermark (
  metric text primary key,
  through timestamptz(3) not null
);
create table mrr_movement (
  org_id text not null,
  event_id text not null,
  currency text not null,
  subscription_id text not null,
  at timestamptz(3) not null,
  kind text not null check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
  amount_minor bigint not null check (amount_minor > 0),
  primary key (org_id, event_id, currency)
);
create index mrr_movement_at on mrr_movement (at desc, org_id, event_id desc);
create table mrr_cohort (
  org_id text not null references org (id) on delete restrict on update cascade,
  currency text not null,
  month date not null,
  primary key (org_id, currency)
);

-- Jobs: what failed for one org, and what the invariants found.
create table job_org_failure (
  job text not null,
  slot text not null,
  holder text not null,
  org_id text not null,
  code text not null,
  at timestamptz(3) not null,
  primary key (job, slot, holder, org_id)
);
create table invariant_finding (
  invariant text not null,
  slot text not null,
  org_id text not null default '_provider',
  subject text not null,
  detail text not null,
  found_at timestamptz(3) not null,
  primary key (invariant, slot, org_id, subject)
);
create index invariant_finding_at on invariant_finding (found_at desc);

-- Marks: what changed since the books were last brought up to date. Only ever appended, so that who writes a mark waits for nobody; a run deletes
-- the marks that it sees and then reads what they are about, with a snapshot that is no older.
create table rating_mark (
  org_id text not null,
  id bigint generated always as identity,
  stream text not null,
  meter text,
  first_at timestamptz(3) not null,
  last_at timestamptz(3) not null,
  primary key (org_id, id)
);
create table metric_mark (
  org_id text not null,
  id bigint generated always as identity,
  topic text not null,
  day date not null,
  at timestamptz(3) not null default now(),
  primary key (org_id, topic, id)
);
alter table rating_mark set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table metric_mark set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Once per statement, whoever wrote: an insert that meets conflicts fires for both of its halves, one of them mostly empty.
create function mark_usage() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into rating_mark (org_id, stream, meter, first_at, last_at)
    -- By stretches of 31 days: rows of one request may lie thousands of years apart.
    select t.org_id, 'usage', t.meter, min(t.window_start), max(t.window_start) from told t
    group by t.org_id, t.meter, date_bin('31 days', t.window_start, '2000-01-01');
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'usage', (t.window_start at time zone 'UTC')::date from told t;
  return null;
end $$;
create trigger mark_new after insert on usage_meter referencing new table as told for each statement execute function mark_usage();
create trigger mark_changed_from after update on usage_meter referencing old table as told for each statement execute function mark_usage();
create trigger mark_changed_to after update on usage_meter referencing new table as told for each statement execute function mark_usage();

-- For the other sources. Arguments: the stream of rating ('' for none), the topic of metrics, and the columns of instants: the first one is
-- rating's, the day of each is that of a figure.
create function mark_source() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  if tg_argv[0] <> '' then
    execute format('insert into rating_mark (org_id, stream, first_at, last_at)
      select org_id, %L, min(%I), max(%I) from told where %I is not null group by org_id', tg_argv[0], tg_argv[2], tg_argv[2], tg_argv[2]);
  end if;
  execute format('insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, %L, (i.at at time zone ''UTC'')::date from told t, lateral (values (t.%I), (t.%I)) as i (at) where i.at is not null',
    tg_argv[1], tg_argv[2], coalesce(tg_argv[3], tg_argv[2]));
  return null;
end $$;
do $$
declare
  source record;
  told text;
begin
  for source in select * from (values
    ('lead', 'leads', 'leads', array['created_at', 'converted_at']), ('subscription_change', 'subscriptions', 'subscriptions', array['changed_at']),
    ('addon_purchase', 'addons', 'addons', array['created_at']), ('addon_refund', 'addons', 'addons', array['refunded_at']),
    ('ai_usage_event', 'ai', 'ai', array['used_at']), ('credit_grant', 'ai', 'credits', array['granted_at']),
    ('incident', '', 'incidents', array['created_at', 'resolved_at']), ('invoice', '', 'invoices', array['issued_at', 'paid_at']),
    ('payment', '', 'payments', array['at']), ('refund', '', 'refunds', array['at']), ('billing_ledger', '', 'ledger', array['at'])
  ) as s (name, stream, topic, instants)
  loop
    select string_agg(quote_literal(a), ', ') into told from unnest(array[source.stream, source.topic] || source.instants) as a;
    execute format('create trigger mark_new after insert on %I referencing new table as told for each statement
      execute function mark_source(%s)', source.name, told);
    if source.name <> 'billing_ledger' then
      execute format('create trigger mark_changed_from after update on %I referencing old table as told for each statement
        execute function mark_source(%s)', source.name, told);
      execute format('create trigger mark_changed_to after update on %I referencing new table as told for each statement
        execute function mark_source(%s)', source.name, told);
      execute format('create trigger mark_gone after delete on %I referencing old table as told for each statement
        execute function mark_source(%s)', source.name, told);
    end if;
  end loop;
end $$;

-- Row-level security for what is new, as for all that has a tenant.
do $$
declare
  tenanted record;
begin
  for tenanted in
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped)
  loop
    execute format('alter table %I enable row level security', tenanted.name);
    execute format('alter table %I force row level security', tenanted.name);
    execute format('create policy owner_functions on %I to tributary_migrator using (true) with check (true)', tenanted.name);
    execute format('create policy own_tenants on %I to tributary_gateway, tributary_worker
      using (org_id = any ((select app_tenants())::text[])) with check (org_id = any ((select app_tenants())::text[]))', tenanted.name);
    execute format('create policy staff_read on %I for select to tributary_portal using (true)', tenanted.name);
    execute format('create policy verify on %I for select to tributary_verifier using (true)', tenanted.name);
  end loop;
end $$;

-- The worker speaks for sets of up to hundreds of orgs. A list is searched through for every row, and joined with a list that a query asks for it
-- is gone through pair by pair; a hashed set is asked once per row.
do $$
declare
  tenanted record;
begin
  for tenanted in
    select p.tablename as name, case p.tablename when 'org' then 'id' else 'org_id' end as tenant from pg_policies p
    where p.schemaname = 'public' and p.policyname = 'own_tenants' and 'tributary_worker' = any (p.roles)
  loop
    execute format('alter policy own_tenants on %I to tributary_gateway', tenanted.name);
    execute format('create policy own_sets on %1$I to tributary_worker using (%2$I in (select unnest(app_tenants())))
      with check (%2$I in (select unnest(app_tenants())))', tenanted.name, tenanted.tenant);
  end loop;
end $$;

grant select on plan, meter, plan_price, org_plan, org_price, org_zone, org_billing, unrated_usage, invoice_counter, credit_note, dunning_notice,
  provider_event, provider_charge, provider_watermark, credit_balance, ai_alert, staff_command, metric_day, metric_watermark, mrr_movement,
  mrr_cohort, job_org_failure, invariant_finding, rating_mark, metric_mark to tributary_worker, tributary_portal, tributary_verifier;
grant update on org_billing, invoice_counter, staff_command to tributary_worker;
grant insert, update on org_billing to tributary_worker;
grant insert, update, delete on unrated_usage, metric_day, mrr_movement, mrr_cohort to tributary_worker;
grant insert on credit_note, ai_alert, job_org_failure, invariant_finding to tributary_worker;
grant insert, update on dunning_notice, provider_event, provider_charge, provider_watermark, credit_balance, metric_watermark to tributary_worker;
grant insert, delete on rating_mark, metric_mark to tributary_worker;
grant delete on ai_monthly_summary, usage_meter to tributary_worker;
grant select on collection_wait to tributary_portal, tributary_verifier;
grant select, insert, update, delete on collection_wait to tributary_worker;
grant insert on provider_event to tributary_gateway;
grant select on provider_event to tributary_gateway;
create policy staff_orders on staff_command for insert to tributary_portal with check (true);
grant insert on staff_command to tributary_portal;
grant insert on staff_command to tributary_worker;

-- Pages of a job span all tenants: ids only. Boundaries of pages of so many orgs, in order; a page is what lies after the one before.
create function due_for_rating(slot_at timestamptz, after_id text default '', until_id text default null)
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select b.org_id from org_billing b
  where b.next_rating_at <= slot_at and b.parked_at is null and b.org_id > after_id and (until_id is null or b.org_id <= until_id)
  union
  select m.org_id from (select distinct m.org_id from rating_mark m
    where m.org_id > after_id and (until_id is null or m.org_id <= until_id)) m
  join org_billing b on b.org_id = m.org_id where b.parked_at is null
  order by 1
$$;
create function due_for_close(slot_at timestamptz)
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select b.org_id from org_billing b where b.next_close_at <= slot_at and b.parked_at is null order by 1
$$;
revoke execute on function due_for_rating(timestamptz, text, text), due_for_close(timestamptz) from public;
grant execute on function due_for_rating(timestamptz, text, text), due_for_close(timestamptz) to tributary_worker;

-- What usage counts per period, of what arrived in a stretch of time, without a row leaving the database. The orgs are judged once per period and
-- not once per row, which is why these run as their owner: only those that the transaction speaks for are counted.
create function usage_of_periods(periods json)
returns table (n int, usage_rows bigint, total numeric, highest numeric, first_start float8, last_end float8, last_received float8)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.n, u.usage_rows, u.total, u.highest, extract(epoch from u.first_start)::float8 * 1000, extract(epoch from u.last_end)::float8 * 1000,
    extract(epoch from u.last_received)::float8 * 1000
  from json_to_recordset(periods) as p(n int, org_id text, meter text, start_at timestamptz, end_at timestamptz, received_from timestamptz,
    received_until timestamptz)
  cross join lateral (
    select count(*) as usage_rows, sum(u.quantity) as total, max(u.quantity) as highest, min(u.window_start) as first_start,
      max(u.window_end) as last_end, max(u.received_at) as last_received
    from usage_meter u
    where u.org_id = p.org_id and u.meter = p.meter and u.window_start >= p.start_at and u.window_start < p.end_at
      and u.received_at >= p.received_from and u.received_at < p.received_until) u
  where u.usage_rows > 0 and p.org_id = any ((select app_tenants())::text[])
$$;
create function latest_of_periods(periods json)
returns table (n int, quantity numeric) language sql stable security definer set search_path = pg_catalog, public as $$
  select p.n, u.quantity
  from json_to_recordset(periods) as p(n int, org_id text, meter text, start_at timestamptz, end_at timestamptz, received_until timestamptz)
  cross join lateral (
    select u.quantity from usage_meter u
    where u.org_id = p.org_id and u.meter = p.meter and u.window_start >= p.start_at and u.window_start < p.end_at
      and u.received_at < p.received_until
    order by u.window_end desc, u.window_start desc, u.received_at desc, u.event_id collate "C" desc, u.row_index desc limit 1) u
  where p.org_id = any ((select app_tenants())::text[])
$$;
revoke execute on function usage_of_periods(json), latest_of_periods(json) from public;
grant execute on function usage_of_periods(json), latest_of_periods(json) to tributary_worker;
-- What collection has to do, as "org:invoice": no org's id has a colon in it.
create function due_for_asking(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select p.org_id || ':' || p.invoice_id from payment p
  where p.status in ('pending', 'unknown') and p.provider_key is not null and p.ask_at <= slot_at order by 1
$$;
create function due_for_refund_asking(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select r.org_id || ':' || r.invoice_id || ':' || r.ref from refund r
  where r.status in ('pending', 'unknown') and r.provider_key is not null and r.at < slot_at - interval '2 minutes' order by 1
$$;
create function due_for_collection(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select i.org_id || ':' || i.id from invoice i join org_billing b on b.org_id = i.org_id
  where i.source = 'rated' and i.status = 'open' and i.due_at <= slot_at and i.due_minor > 0 and i.parked_at is null and b.parked_at is null
    and not exists (select from dunning_case c where c.org_id = i.org_id and c.invoice_id = i.id)
    and not exists (select from payment p where p.org_id = i.org_id and p.invoice_id = i.id and p.status in ('pending', 'unknown'))
    and not (b.payment_token is null
      and exists (select from collection_wait w where w.org_id = i.org_id and w.invoice_id = i.id and w.reason = 'no_method'))
  union
  select c.org_id || ':' || c.invoice_id from dunning_case c join org_billing b on b.org_id = c.org_id
    join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
  where c.next_at <= slot_at and c.closed_at is null and c.paused_at is null and (c.state = 'retrying' or c.has_new_method)
    and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
  order by 1
$$;
create function due_for_expiry(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.org_id || ':' || c.invoice_id from dunning_case c join org_billing b on b.org_id = c.org_id
    join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
  where c.next_at <= slot_at and c.closed_at is null and c.paused_at is null and c.state = 'exhausted' and not c.has_new_method
    and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
  order by 1
$$;
create function due_for_notices()
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select n.org_id || ':' || n.case_id from dunning_notice n where n.sent_at is null
  union
  select w.org_id || ':' || w.invoice_id from collection_wait w where w.told_at is null
  order by 1
$$;
-- Orgs whose books and the provider's list differ in what was listed for the slot, either way: in what was taken, or in what went back.
create function due_for_provider_match(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.org_id from provider_watermark w join provider_charge c on c.provider = w.provider and c.charged_at >= w.since
    left join payment p on p.provider = c.provider and p.provider_ref = c.ref
  where w.matched_at = slot_at and c.status = 'succeeded'
    and (p.status is distinct from 'succeeded' or p.org_id <> c.org_id or p.invoice_id <> c.invoice_id or p.amount_minor <> c.amount_minor
      or p.currency <> c.currency or c.is_disputed
      or c.refunded_minor > (select coalesce(sum(r.amount_minor), 0) from refund r
        where r.org_id = p.org_id and r.invoice_id = p.invoice_id and r.payment_ref = p.ref and r.status <> 'failed'))
  union
  select p.org_id from provider_watermark w join payment p on p.provider = w.provider and p.status = 'succeeded' and p.settled_at >= w.since
    and p.settled_at <= w.through
    left join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
  where w.matched_at = slot_at and p.method is distinct from 'credit' and c.ref is null
  order by 1
$$;
revoke execute on function due_for_asking(timestamptz), due_for_refund_asking(timestamptz), due_for_collection(timestamptz),
  due_for_expiry(timestamptz), due_for_notices(), due_for_provider_match(timestamptz) from public;
grant execute on function due_for_asking(timestamptz), due_for_refund_asking(timestamptz), due_for_collection(timestamptz),
  due_for_expiry(timestamptz), due_for_notices(), due_for_provider_match(timestamptz) to tributary_worker;
revoke execute on function begin_org_billing(), mark_usage(), mark_source(), refuse_unbalanced() from public;
reset role;
