-- Figures of days of all orgs together that would be as many rows as their source if each org had them: what became of the leads of a source, how
-- AI did by feature, how long things took. Of all orgs they are some hundred rows a day. They stand among the totals of days under names that
-- begin with `all.` and their topic, and are computed again from the source for days in which anything changed; what whole months come to is
-- kept beside.
set role tributary_migrator;

create table metric_month_total (
  metric text not null,
  month date not null,
  currency text not null default 'XXX',
  n bigint not null default 0,
  minor bigint not null default 0,
  primary key (metric, month, currency)
);
create index metric_day_total_day_metric_idx on metric_day_total (day, metric);

-- Spans of time by eighths of an octave of milliseconds: the middle of a step is at most 4.5 % from what lies in it, so that a median is known from
-- counts, which add up.
create function time_step(took interval) returns integer language sql immutable parallel safe
  as $$ select case when took is not null then floor(8 * ln(greatest(extract(epoch from took) * 1000, 1)::float8) / ln(2::float8))::integer end $$;

-- Each: the figures of days, as far as they lie before an instant. Words are tenants': the hundred told most of a day keep their name, and how many
-- rows have lost that of theirs is told as `unlisted`.

-- Leads by the day they were created. One that reached a later step counts in the earlier ones, as far as it was received.
create function totals_of_leads(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with led as materialized (
    select d.day, coalesce(l.source, '') as source, l.status, l.created_at, l.received_at, l.contacted_at, l.qualified_at,
      case when l.status = 'converted' then l.converted_at end as converted_at, l.is_billed, l.fee_minor, l.fee_currency, i.issued_at, i.paid_at
    from unnest(days) as d (day)
    cross join lateral (select * from lead where created_at >= utc_start(d.day) and created_at < least(utc_start(d.day + 1), until) offset 0) l
    left join lateral (
      select min(i.issued_at) as issued_at, min(i.paid_at) filter (where i.status = 'paid') as paid_at
      from invoice_line b join invoice i on i.org_id = b.org_id and i.id = b.invoice_id
      where l.is_billed and b.org_id = l.org_id and b.source = 'lead:' || l.id and i.issued_at is not null) i on l.is_billed),
  ranked as materialized (
    select day, source, row_number() over (partition by day order by count(*) desc, source) as place, count(*) as n from led group by day, source),
  named as materialized (
    select l.*, case when r.place <= 100 then l.source else '' end as part
    from led l join ranked r on r.day = l.day and r.source = l.source),
  counted as (
    select day, part, count(*) as received, count(*) filter (where received_at is not null) as came,
      count(*) filter (where status in ('new', 'contacted', 'qualified')) as open,
      count(*) filter (where status = 'converted') as won,
      count(*) filter (where converted_at < created_at + interval '30 days') as won_within_30d,
      count(*) filter (where received_at is not null and (contacted_at is not null or status in ('contacted', 'qualified', 'converted')
        or issued_at is not null)) as contacted,
      count(*) filter (where received_at is not null and (qualified_at is not null or status in ('qualified', 'converted') or issued_at is not null))
        as qualified,
      count(*) filter (where received_at is not null and (status = 'converted' or issued_at is not null)) as converted,
      count(*) filter (where received_at is not null and issued_at is not null) as invoiced,
      count(*) filter (where received_at is not null and paid_at is not null) as paid
    from named group by day, part),
  timed as (
    select l.day, l.part, t.step, time_step(t.took) as took
    from named l cross join lateral (values
      ('won', converted_at - created_at),
      ('contacted', contacted_at - received_at),
      ('qualified', qualified_at - coalesce(contacted_at, received_at)),
      ('converted', converted_at - coalesce(qualified_at, contacted_at, received_at)),
      ('invoiced', issued_at - coalesce(converted_at, qualified_at, contacted_at, received_at)),
      ('paid', paid_at - issued_at)) as t (step, took)
    where t.took is not null and (received_at is not null or t.step = 'won'))
  select 'all.leads.' || f.name || ':' || c.part, c.day, 'XXX', f.n, 0::bigint
    from counted c cross join lateral (values ('received', received), ('came', came), ('open', open), ('won', won), ('won_within_30d', won_within_30d),
      ('contacted', contacted), ('qualified', qualified), ('converted', converted), ('invoiced', invoiced), ('paid', paid)) as f (name, n)
    where f.n > 0
  union all
  select 'all.leads.unbilled:' || part, day, coalesce(case when fee_minor is not null then fee_currency end, 'XXX'), count(*),
      coalesce(sum(fee_minor), 0)::bigint
    from named where status = 'converted' and not is_billed group by 1, 2, 3
  union all
  select 'all.leads.time_to_' || step || ':' || took || '/' || part, day, 'XXX', count(*), 0 from timed group by step, took, part, day
  union all
  select 'all.leads.unlisted:', day, 'XXX', sum(n)::bigint, 0 from ranked where place > 100 group by day
$$;

create function totals_of_ai(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with uses as materialized (
    select d.day, case when u.feature in ('lead_analysis', 'rfp_strategy', 'pricing') then u.feature else 'other' end as part, u.credits, u.cost_minor,
      u.currency, u.outcome, u.latency_ms
    from unnest(days) as d (day)
    cross join lateral (select * from ai_usage_event where used_at >= utc_start(d.day) and used_at < least(utc_start(d.day + 1), until) offset 0) u)
  select 'all.ai.uses:' || part, day, 'XXX', count(*), micro(sum(credits)) from uses group by part, day
  union all
  select 'all.ai.told:' || part, day, 'XXX', count(*), 0 from uses where outcome is not null group by part, day
  union all
  select 'all.ai.failed:' || part, day, 'XXX', count(*), 0 from uses where outcome not in ('ok', 'success') group by part, day
  union all
  select 'all.ai.cost:' || part, day, currency, count(*), sum(cost_minor)::bigint from uses
    where cost_minor is not null and currency is not null group by part, day, currency
  union all
  select 'all.ai.latency:' || time_step(latency_ms * interval '1 millisecond') || '/' || part, day, 'XXX', count(*), 0 from uses
    where latency_ms is not null group by 1, day
$$;

-- Purchases by SKU and the day they were made.
create function totals_of_addons(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with sold as materialized (
    select d.day, a.sku, count(*) as n, count(*) filter (where a.refunded_minor > 0) as given_back,
      row_number() over (partition by d.day order by count(*) desc, a.sku) as place
    from unnest(days) as d (day)
    cross join lateral (select * from addon_purchase where created_at >= utc_start(d.day) and created_at < least(utc_start(d.day + 1), until)
      and sku is not null offset 0) a
    group by d.day, a.sku)
  select 'all.addons.sold:' || sku, day, 'XXX', n, 0::bigint from sold where place <= 100
  union all
  select 'all.addons.given_back:' || sku, day, 'XXX', given_back, 0 from sold where place <= 100 and given_back > 0
  union all
  select 'all.addons.unlisted:', day, 'XXX', sum(n)::bigint, 0 from sold where place > 100 group by day
$$;

-- How long incidents took, by the day they were resolved.
create function totals_of_incidents(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with ended as materialized (
    select d.day, i.* from unnest(days) as d (day)
    cross join lateral (select opened_at, resolved_at, resolution_due_at,
        least(acknowledged_at, escalated_by_staff_at, first_resolved_at, resolved_at) as responded_at
      from incident where resolved_at >= utc_start(d.day) and resolved_at < least(utc_start(d.day + 1), until) and status = 'resolved' offset 0) i)
  select 'all.incidents.resolved:', day, 'XXX', count(*), 0::bigint from ended group by day
  union all
  select 'all.incidents.met:', day, 'XXX', count(*), 0 from ended where resolved_at <= resolution_due_at group by day
  union all
  select 'all.incidents.' || t.name || ':' || time_step(t.took), day, 'XXX', count(*), 0
    from ended cross join lateral (values ('response', responded_at - opened_at), ('resolution', resolved_at - opened_at)) as t (name, took)
    where t.took is not null group by 1, 2
$$;

-- What was charged, by the day that its invoice is listed under: before and after credit notes, and by stream.
create function totals_of_invoices(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with charged as materialized (
    select d.day, i.org_id, i.id, i.currency, i.total_minor, i.credited_minor
    from unnest(days) as d (day)
    cross join lateral (select * from invoice where coalesce(issued_at, created_at) >= utc_start(d.day)
      and coalesce(issued_at, created_at) < least(utc_start(d.day + 1), until) and status in ('open', 'paid', 'uncollectible') offset 0) i)
  select 'all.invoices.charged:', day, currency, count(*), sum(total_minor)::bigint from charged group by day, currency
  union all
  select 'all.invoices.kept:', day, currency, count(*), sum(total_minor - credited_minor)::bigint from charged group by day, currency
  union all
  select 'all.invoices.by_stream:' || l.stream, c.day, c.currency, count(*), sum(l.amount_minor)::bigint
    from charged c join invoice_line l on l.org_id = c.org_id and l.invoice_id = c.id group by l.stream, c.day, c.currency
$$;

-- Entries of the audit trail, which are never changed.
create function totals_of_audit(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  select 'all.audit.entries:' || a.actor_type || '/' || a.outcome, d.day, 'XXX', count(*), 0::bigint
  from unnest(days) as d (day)
  cross join lateral (select * from audit_log where at >= utc_start(d.day) and at < least(utc_start(d.day + 1), until) offset 0) a
  group by 1, 2
$$;

-- The log of deliveries: events that came in, and requests that were refused, of which equal ones are one row.
create function totals_of_log(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  select 'all.log.accepted:', d.day, 'XXX', count(*), 0::bigint
    from unnest(days) as d (day)
    cross join lateral (select * from event where received_at >= utc_start(d.day) and received_at < least(utc_start(d.day + 1), until) offset 0) e
    where e.key_id <> 'staff' group by d.day
  union all
  select 'all.log.refused:', d.day, 'XXX', count(*), sum(a.repeats)::bigint
    from unnest(days) as d (day)
    cross join lateral (select * from delivery_attempt where at >= utc_start(d.day) and at < least(utc_start(d.day + 1), until) offset 0) a
    where a.status >= 300 group by d.day
$$;

create function total_topic(topic text, days date[]) returns void language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  delete from metric_day_total t where t.day = any (days) and t.metric >= format('all.%s.', topic) and t.metric < format('all.%s/', topic);
  execute format('insert into metric_day_total (metric, day, currency, n, minor) select * from totals_of_%I($1)', topic) using days;
  delete from metric_month_total t where t.month in (select date_trunc('month', d) from unnest(days) d)
    and t.metric >= format('all.%s.', topic) and t.metric < format('all.%s/', topic);
  insert into metric_month_total (metric, month, currency, n, minor)
    select t.metric, m.month, t.currency, sum(t.n), sum(t.minor)
    from (select distinct date_trunc('month', d)::date as month from unnest(days) d) m
    cross join lateral (select * from metric_day_total where day >= m.month and day < m.month + interval '1 month'
      and metric >= format('all.%s.', topic) and metric < format('all.%s/', topic) offset 0) t
    group by t.metric, m.month, t.currency;
end $$;

-- Computes some of the days that are marked for all orgs together, the newest first, and returns how many were: called until there are none, so
-- that even a first reading of all days goes on in bounded steps. The trail and the log only grow, and have no marks: a day of theirs is read when it
-- is over, and for an hour after, since who began before midnight may be late.
create function total_all_orgs(slot_at timestamptz, days_max integer) returns integer language plpgsql security definer
set search_path = pg_catalog, public as $$
declare
  told record;
  done integer := 0;
  since date;
  over date[];
begin
  perform pg_advisory_xact_lock(hashtext('metric_day_total'));
  for told in
    with due as materialized (
      select distinct m.topic, m.day from metric_mark m where m.org_id = '_provider' and m.topic like 'all:%' order by m.day desc limit days_max),
    taken as (delete from metric_mark m using due where m.org_id = '_provider' and m.topic = due.topic and m.day = due.day)
    select substr(due.topic, 5) as topic, array_agg(due.day) as days from due group by due.topic
  loop
    perform total_topic(told.topic, told.days);
    done := done + cardinality(told.days);
  end loop;
  select coalesce(utc_day(w.through - interval '1 hour'), (select utc_day(min(at)) from audit_log)) into since
    from (select) one left join metric_watermark w on w.metric = 'all.trail';
  if since is not null and done = 0 then
    over := array(select d::date from generate_series(since, least(utc_day(slot_at) - 1, since + days_max), interval '1 day') d);
    perform total_topic(t, over) from unnest(array['audit', 'log']) as t;
    insert into metric_watermark as w (metric, through) values ('all.trail', least(slot_at, utc_start(since + days_max + 1)))
      on conflict (metric) do update set through = excluded.through;
    done := greatest(0, utc_day(slot_at) - 1 - since - days_max);
  end if;
  return done;
end $$;

create or replace function total_metric_days(slot_at timestamptz, topics jsonb)
returns bigint language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  changed_metrics text[];
  changed_days date[];
begin
  perform pg_advisory_xact_lock(hashtext('metric_day_total'));
  with taken as (delete from metric_mark where org_id = '_provider' and topic not like 'all:%' returning topic, day)
  select array_agg(topic), array_agg(day) into changed_metrics, changed_days from (select distinct topic, day from taken) t;
  with changed as (select * from unnest(changed_metrics, changed_days) as c (metric, day)),
  fresh as (
    select m.metric, m.day, m.currency, sum(m.n)::bigint as n, sum(m.minor)::bigint as minor
    from changed c join metric_day m on m.metric = c.metric and m.day = c.day group by m.metric, m.day, m.currency),
  gone as (
    delete from metric_day_total t using changed c where t.metric = c.metric and t.day = c.day
      and not exists (select from fresh f where f.metric = t.metric and f.day = t.day and f.currency = t.currency))
  insert into metric_day_total as t (metric, day, currency, n, minor) select metric, day, currency, n, minor from fresh
    on conflict (metric, day, currency) do update set n = excluded.n, minor = excluded.minor where (t.n, t.minor) is distinct from (excluded.n, excluded.minor);
  -- What is still marked was written at its instant and is not in the figures. Nulls are passed over by greatest() and least().
  insert into metric_watermark (metric, through)
    select k.metric, least(greatest(w.through, slot_at), behind.at) from jsonb_each_text(topics) as k (metric, topic)
    left join metric_watermark w on w.metric = k.metric
    left join (select topic, min(at) as at from metric_mark where org_id <> '_provider' group by topic) behind on behind.topic = k.topic
    on conflict (metric) do update set through = excluded.through;
  return coalesce(cardinality(changed_days), 0);
end $$;

create or replace function mark_billed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told where source like 'lead:%') then
    return null;
  end if;
  with named as (
    select distinct t.org_id, substr(t.source, 6) as id from told t where t.source like 'lead:%'),
  changed as (
    select l.org_id, l.id, b.is_billed from named n join lead l on l.org_id = n.org_id and l.id = n.id
    cross join lateral (select exists (select from invoice_line b where b.org_id = l.org_id and b.source = 'lead:' || l.id) as is_billed) b
    where l.is_billed <> b.is_billed order by l.org_id, l.id for no key update of l),
  told_anew as (
    update lead l set is_billed = c.is_billed from changed c where l.org_id = c.org_id and l.id = c.id returning l.org_id, l.id)
  -- What was billed before too, since another invoice may bill it earlier.
  insert into metric_mark (org_id, topic, day)
    select distinct l.org_id, 'leads', utc_day(l.created_at) from named n join lead l on l.org_id = n.org_id and l.id = n.id
    where not exists (select from told_anew a where a.org_id = l.org_id and a.id = l.id);
  return null;
end $$;

-- An invoice that is issued, paid or credited changes what is charged of the day it is listed under, and what became of the leads that it bills.
create function mark_charged() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told where status in ('open', 'paid', 'uncollectible', 'void')) then
    return null;
  end if;
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'invoices', utc_day(coalesce(t.issued_at, t.created_at)) from told t;
  insert into metric_mark (org_id, topic, day)
    select distinct l.org_id, 'leads', utc_day(l.created_at)
    from told t join invoice_line b on b.org_id = t.org_id and b.invoice_id = t.id and b.source like 'lead:%'
    join lead l on l.org_id = b.org_id and l.id = substr(b.source, 6);
  return null;
end $$;
create trigger charges_new after insert on invoice referencing new table as told for each statement execute function mark_charged();
create trigger charges_from after update on invoice referencing old table as told for each statement execute function mark_charged();
create trigger charges_to after update on invoice referencing new table as told for each statement execute function mark_charged();

-- All days there are.
insert into metric_mark (org_id, topic, day)
  select distinct '_provider', 'all:' || k.topic, t.day from metric_day_total t
  join (values ('leads.received', 'leads'), ('ai.credits', 'ai'), ('addons.sold', 'addons'), ('incidents.resolved', 'incidents'),
    ('invoices.issued', 'invoices')) as k (metric, topic) on k.metric = t.metric;

grant select on metric_month_total to tributary_worker, tributary_portal, tributary_verifier;
revoke execute on function total_topic(text, date[]), total_all_orgs(timestamptz, integer), mark_charged() from public;
grant execute on function total_all_orgs(timestamptz, integer) to tributary_worker;
reset role;
