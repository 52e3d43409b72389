-- What staff order about subscriptions, usage and purchases, and what their lists need.
set role tributary_migrator;

-- What staff tell of a thing whose state is folded from its events is an event beside the tenant's own: `key_id` is 'staff', `request_id` the
-- order. The worker may add no other. Only for the tenants that the transaction speaks for.
create function record_staff_event(tenant text, event_id text, event_type text, told text, kind text, entity text, command text, at timestamptz)
returns timestamptz language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  received constant timestamptz(3) := clock_timestamp();
begin
  if not array[tenant] <@ coalesce(app_tenants(), '{}') then
    raise exception 'event: outside the tenants of this transaction' using errcode = '42501';
  end if;
  insert into event (org_id, id, type, body, fingerprint, idempotency_key, key_id, signature_version, request_id, address_prefix, entity_kind,
    entity_id, occurred_at, received_at)
  values (tenant, event_id, event_type, told, sha256(convert_to(told, 'UTF8')), 'staff:' || command, 'staff', 0, command, '', kind, entity, at,
    received);
  return received;
end $$;
revoke execute on function record_staff_event(text, text, text, text, text, text, text, timestamptz) from public;
grant execute on function record_staff_event(text, text, text, text, text, text, text, timestamptz) to tributary_worker;

-- What staff ordered for the end of a subscription's period: told as an event of that instant once it is there.
create table subscription_schedule (
  org_id text not null,
  command_id uuid not null,
  subscription_id text not null,
  change text not null check (change in ('plan', 'cancel')),
  due_at timestamptz(3) not null,
  -- The members of the event beside its subscription.
  told jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'told', 'withdrawn', 'dropped')),
  primary key (org_id, command_id),
  foreign key (org_id, command_id) references staff_command (org_id, id) on delete restrict on update cascade,
  foreign key (org_id, subscription_id) references subscription (org_id, id) on delete restrict on update cascade
);
create unique index subscription_schedule_waiting on subscription_schedule (org_id, subscription_id) where state = 'waiting';
create index subscription_schedule_due on subscription_schedule (due_at) where state = 'waiting';
alter table subscription_schedule enable row level security;
alter table subscription_schedule force row level security;
create policy owner_functions on subscription_schedule to tributary_migrator using (true) with check (true);
create policy own_sets on subscription_schedule to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on subscription_schedule for select to tributary_portal using (true);
create policy verify on subscription_schedule for select to tributary_verifier using (true);
grant select, insert, update on subscription_schedule to tributary_worker;
grant select on subscription_schedule to tributary_portal, tributary_verifier;

-- As "org:command": no org's id has a colon in it.
create function due_for_schedule(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select s.org_id || ':' || s.command_id::text from subscription_schedule s where s.state = 'waiting' and s.due_at <= slot_at order by 1
$$;
revoke execute on function due_for_schedule(timestamptz) from public;
grant execute on function due_for_schedule(timestamptz) to tributary_worker;

-- Usage that staff exclude stays in the books, by the order that excluded it, and counts for nothing until another takes it in again.
alter table usage_meter add column excluded_by uuid;
drop index usage_meter_counted;
create index usage_meter_counted on usage_meter (org_id, meter, window_start) include (window_end, received_at, quantity, excluded_by)
  where org_id is not null;
create or replace function usage_of_periods(periods json)
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
      and u.received_at >= p.received_from and u.received_at < p.received_until and u.excluded_by is null) u
  where u.usage_rows > 0 and p.org_id = any ((select app_tenants())::text[])
$$;
create or replace function latest_of_periods(periods json)
returns table (n int, quantity numeric) language sql stable security definer set search_path = pg_catalog, public as $$
  select p.n, u.quantity
  from json_to_recordset(periods) as p(n int, org_id text, meter text, start_at timestamptz, end_at timestamptz, received_until timestamptz)
  cross join lateral (
    select u.quantity from usage_meter u
    where u.org_id = p.org_id and u.meter = p.meter and u.window_start >= p.start_at and u.window_start < p.end_at
      and u.received_at < p.received_until and u.excluded_by is null
    order by u.window_end desc, u.window_start desc, u.received_at desc, u.event_id collate "C" desc, u.row_index desc limit 1) u
  where p.org_id = any ((select app_tenants())::text[])
$$;
-- Orgs with marks wait for their rating: what is rated of them may be behind.
create or replace view invariant_m10 with (security_invoker = true) as
  with rated as materialized (
    select r.*, m.aggregation from rated_period r join meter m on m.id = r.meter
    where r.meter <> 'ai.overage' and not exists (select 1 from rating_mark k where k.org_id = r.org_id)),
  used as (
    select r.org_id, r.meter, r.period_start, count(u.org_id) as usage_rows,
      case when r.aggregation = 'sum' then sum(u.quantity) when r.aggregation = 'max' then max(u.quantity) else count(u.org_id) end as quantity
    from rated r left join usage_meter u on u.org_id = r.org_id and u.meter = r.meter and u.window_start >= r.period_start
      and u.window_start < r.period_end and u.excluded_by is null
    where r.aggregation <> 'latest' group by r.org_id, r.meter, r.period_start, r.aggregation
    union all
    select r.org_id, r.meter, r.period_start, count(u.org_id),
      (array_agg(u.quantity order by u.window_end desc, u.window_start desc, u.received_at desc, u.event_id collate "C" desc, u.row_index desc))[1]
    from rated r left join usage_meter u on u.org_id = r.org_id and u.meter = r.meter and u.window_start >= r.period_start
      and u.window_start < r.period_end and u.excluded_by is null
    where r.aggregation = 'latest' group by r.org_id, r.meter, r.period_start),
  noted as (
    select org_id, meter, sum(usage_rows) as usage_rows from (
      select org_id, meter, usage_rows from used union all select org_id, meter, usage_rows from unrated_usage) n group by 1, 2),
  told as (
    select u.org_id, u.meter, count(*) as usage_rows from usage_meter u
    where u.excluded_by is null and u.org_id in (
      select b.org_id from org_billing b
      where b.next_rating_at > '-infinity' and not exists (select 1 from rating_mark k where k.org_id = b.org_id))
    group by 1, 2)
  select r.org_id, format('%s/%s', r.meter, r.period_start) as subject, format('rated %s of %s', r.quantity, coalesce(u.quantity, 0)) as detail
  from rated r join used u on u.org_id = r.org_id and u.meter = r.meter and u.period_start = r.period_start
  where r.quantity <> coalesce(u.quantity, 0)
  union all
  select t.org_id, t.meter, format('%s rows of usage, %s of them rated or noted as unrated', t.usage_rows, coalesce(n.usage_rows, 0))
  from told t left join noted n on n.org_id = t.org_id and n.meter = t.meter where t.usage_rows <> coalesce(n.usage_rows, 0);
comment on view invariant_m10 is 'Usage is rated once, and none is left out';

-- What was booked of a period after its month was invoiced went on a later invoice. `late_at`: when rows that came late were last counted.
alter table rated_period add column adjusted_at timestamptz(3), add column late_rows bigint not null default 0, add column late_at timestamptz(3);
update rated_period r set adjusted_at = l.at, late_at = l.at, late_rows = coalesce(l.usage_rows, 0)
from (
  select org_id, meter, period_start, max(created_at) as at, max((explanation -> 'windows' ->> 'rows')::bigint) as usage_rows from invoice_line
  where is_late and meter is not null group by 1, 2, 3) l
where r.org_id = l.org_id and r.meter = l.meter and r.period_start = l.period_start;

create index rated_period_closed on rated_period (period_start desc, org_id desc, meter desc) where closed_at is not null;
create index rated_period_adjusted on rated_period (period_start desc, org_id desc, meter desc) where adjusted_at is not null;
create index rated_period_late on rated_period (late_at) where late_at is not null;
drop index mrr_movement_at;
create index mrr_movement_listed on mrr_movement (at desc, org_id desc, event_id desc);
create index mrr_movement_by_kind on mrr_movement (kind, at desc, org_id desc, event_id desc);
create index mrr_movement_of_subscription on mrr_movement (org_id, subscription_id, at);
create index subscription_started on subscription (started_at) where started_at is not null;
create index subscription_renewing on subscription (renews_at) where renews_at is not null;
create index subscription_ended on subscription (canceled_at) where canceled_at is not null;
create index addon_purchase_by_value on addon_purchase ((amount_minor::numeric / minor_per_major(currency)));
-- Which windows wait on a draft is read from the drafts.
create index invoice_line_metered on invoice_line (org_id, invoice_id) where meter is not null;
create index addon_refund_listed on addon_refund (refunded_at desc, org_id desc, event_id desc);
reset role;
