-- What became of the leads of a source is told by the day of their conversion too: how many, and how long they took. The source stands before the
-- step, so that one of many is a range of its own.
set role tributary_migrator;

-- Leads of a source that were converted by an age, and those of one that are too few for days.
create index lead_source_converted on lead (source, created_at desc, org_id desc, id desc) include (converted_at)
  where status = 'converted' and source is not null;
create index lead_source_converted_at on lead (source, converted_at desc, org_id desc, id desc) include (created_at)
  where status = 'converted' and source is not null;

-- Leads by the day they were created. One that reached a later step counts in the earlier ones, as far as it was received.
create or replace function totals_of_leads(days date[], until timestamptz default 'infinity')
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
      ('contacted', contacted_at - received_at),
      ('qualified', qualified_at - coalesce(contacted_at, received_at)),
      ('converted', converted_at - coalesce(qualified_at, contacted_at, received_at)),
      ('invoiced', issued_at - coalesce(converted_at, qualified_at, contacted_at, received_at)),
      ('paid', paid_at - issued_at)) as t (step, took)
    where t.took is not null and received_at is not null),
  won as materialized (
    select d.day, w.source, time_step(w.converted_at - w.created_at) as step
    from unnest(days) as d (day)
    cross join lateral (select source, converted_at, created_at from lead
      where status = 'converted' and converted_at >= utc_start(d.day) and converted_at < least(utc_start(d.day + 1), until) offset 0) w),
  won_ranked as materialized (
    select day, source, row_number() over (partition by day order by count(*) desc, source) as place, count(*) as n from won
    where source is not null group by day, source)
  select 'all.leads.' || f.name || ':' || c.part, c.day, 'XXX', f.n, 0::bigint
    from counted c cross join lateral (values ('received', received), ('came', came), ('open', open), ('won_within_30d', won_within_30d),
      ('contacted', contacted), ('qualified', qualified), ('converted', converted), ('invoiced', invoiced), ('paid', paid)) as f (name, n)
    where f.n > 0
  union all
  select 'all.leads.unbilled:' || part, day, coalesce(case when fee_minor is not null then fee_currency end, 'XXX'), count(*),
      coalesce(sum(fee_minor), 0)::bigint
    from named where status = 'converted' and not is_billed group by 1, 2, 3
  union all
  select 'all.leads.time_to_' || step || ':' || took || '/' || part, day, 'XXX', count(*), 0 from timed group by step, took, part, day
  union all
  select 'all.leads.won_after:' || step, day, 'XXX', count(*), 0 from won group by step, day
  union all
  select 'all.leads.won:' || source, day, 'XXX', n, 0 from won_ranked where place <= 100
  union all
  select 'all.leads.won_of:' || w.source || '/' || w.step, w.day, 'XXX', count(*), 0
    from won w join won_ranked r on r.day = w.day and r.source = w.source and r.place <= 100 group by w.source, w.step, w.day
  union all
  select 'all.leads.won_unlisted:', day, 'XXX', sum(n)::bigint, 0 from won_ranked where place > 100 group by day
  union all
  select 'all.leads.unlisted:', day, 'XXX', sum(n)::bigint, 0 from ranked where place > 100 group by day
$$;

-- Until a day is computed again nothing of it is kept by source.
with known as (
  select day, sum(n)::bigint as n from metric_day_total where metric = 'leads.converted' group by day having sum(n) > 0),
of_days as (
  insert into metric_day_total (metric, day, n) select 'all.leads.won_unlisted:', day, n from known),
of_months as (
  insert into metric_month_total (metric, month, n)
    select 'all.leads.won_unlisted:', date_trunc('month', day)::date, sum(n)::bigint from known group by 2)
insert into metric_mark (org_id, topic, day) select '_provider', 'all:leads', day from known;
reset role;
