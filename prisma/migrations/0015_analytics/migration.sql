-- Figures of a day by a word of their source: leads by status and source, usage by meter, add-ons by SKU, AI by feature. They are rows of
-- the same roll-up, named `metric:word`, so that whatever computes, sums up and proves a figure does so for them too.
set role tributary_migrator;

-- The words of one org, day and figure that are told most keep their name, the others are one without a name: tenants choose these words, and
-- as many of them as they like.
create function kept_part(word text, place bigint) returns text language sql immutable parallel safe
  as $$ select case when place <= 20 then word else '' end $$;

-- The figures of one org and day, whatever their words are.
create index metric_day_org_id_day_idx on metric_day (org_id, day);

create or replace function metrics_of_leads(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  created as (
    select l.day, d.org_id, l.status, coalesce(l.source, '') as source, count(*) as n,
      count(*) filter (where l.status = 'converted' and l.converted_at < l.created_at + interval '30 days') as within
    from d cross join lateral (select *, utc_day(created_at) as day from lead
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) l
    group by d.org_id, l.day, l.status, coalesce(l.source, '')),
  sources as (
    select day, org_id, kept_part(source, row_number() over (partition by org_id, day order by sum(n) desc, source)) as part, sum(n) as n,
      sum(within) as within
    from created group by day, org_id, source)
  select 'leads.received', day, org_id, 'XXX', sum(n)::bigint, 0::bigint from created group by org_id, day
  union all
  select 'leads.converted_within_30d', day, org_id, 'XXX', sum(within)::bigint, 0 from created group by org_id, day having sum(within) > 0
  union all
  select 'leads.converted', l.day, d.org_id, 'XXX', count(*), 0
    from d cross join lateral (select *, utc_day(converted_at) as day from lead
      where org_id = d.org_id and converted_at >= d.from_at and converted_at < d.until_at offset 0) l
    where l.status = 'converted' group by d.org_id, l.day
  union all
  select 'leads.fees', l.day, d.org_id, l.fee_currency, count(*), sum(l.fee_minor)::bigint
    from d cross join lateral (select *, utc_day(converted_at) as day from lead
      where org_id = d.org_id and converted_at >= d.from_at and converted_at < d.until_at offset 0) l
    where l.status = 'converted' and l.fee_minor is not null and l.fee_currency is not null group by d.org_id, l.day, l.fee_currency
  union all
  select 'leads.by_status:' || status, day, org_id, 'XXX', sum(n)::bigint, 0 from created group by org_id, day, status
  union all
  select 'leads.by_source:' || part, day, org_id, 'XXX', sum(n)::bigint, 0 from sources group by org_id, day, part
  union all
  select 'leads.within_30d_by_source:' || part, day, org_id, 'XXX', sum(within)::bigint, 0 from sources
    group by org_id, day, part having sum(within) > 0
$$;

create or replace function metrics_of_usage(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  -- The meters of an org, one index look-up each, so that a day is found by its index too.
  with recursive meters as (
    select o.org_id, (select min(u.meter) from usage_meter u where u.org_id = o.org_id) as meter from (select distinct unnest(orgs) as org_id) o
    union all
    select m.org_id, (select min(u.meter) from usage_meter u where u.org_id = m.org_id and u.meter > m.meter) from meters m where m.meter is not null),
  d as materialized (select * from day_spans(orgs, days, span)),
  used as (
    select u.day, d.org_id, m.meter, u.n, u.quantity
    from d join meters m on m.org_id = d.org_id
    cross join lateral (select utc_day(window_start) as day, count(*) as n, sum(quantity) as quantity from usage_meter u
      where u.org_id = d.org_id and u.meter = m.meter and u.window_start >= d.from_at and u.window_start < d.until_at group by 1) u),
  ranked as (
    select *, kept_part(meter, row_number() over (partition by org_id, day order by n desc, meter)) as part from used)
  select 'usage.rows', day, org_id, 'XXX', sum(n)::bigint, 0::bigint from used group by org_id, day
  union all
  select 'usage.by_meter:' || part, day, org_id, 'XXX', sum(n)::bigint, micro(sum(quantity)) from ranked group by org_id, day, part
$$;

create or replace function metrics_of_addons(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  moved as (
    select a.day, d.org_id, a.sku, coalesce(a.currency, 'XXX') as currency, 1 as n, coalesce(a.amount_minor, 0) as minor
      from d cross join lateral (select *, utc_day(created_at) as day from addon_purchase
        where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) a
    union all
    select r.day, d.org_id, a.sku, coalesce(a.currency, 'XXX'), 0, -r.amount_minor
      from d cross join lateral (select *, utc_day(refunded_at) as day from addon_refund
        where org_id = d.org_id and refunded_at >= d.from_at and refunded_at < d.until_at offset 0) r
      join addon_purchase a on a.org_id = r.org_id and a.id = r.purchase_id),
  skus as (
    select day, org_id, currency, kept_part(coalesce(sku, ''), row_number() over (partition by org_id, day, currency order by count(*) desc, sku)) as part,
      sum(n) as n, sum(minor) as minor
    from moved group by day, org_id, currency, sku)
  select 'addons.sold', a.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), coalesce(sum(a.amount_minor), 0)::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from addon_purchase
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) a
    group by d.org_id, a.day, a.currency
  union all
  select 'addons.refunded', r.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), sum(r.amount_minor)::bigint
    from d cross join lateral (select *, utc_day(refunded_at) as day from addon_refund
      where org_id = d.org_id and refunded_at >= d.from_at and refunded_at < d.until_at offset 0) r
    join addon_purchase a on a.org_id = r.org_id and a.id = r.purchase_id group by d.org_id, r.day, a.currency
  union all
  select 'addons.by_sku:' || part, day, org_id, currency, sum(n)::bigint, sum(minor)::bigint from skus group by org_id, day, currency, part
$$;

create or replace function metrics_of_ai(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  uses as (
    select d.org_id, u.day, u.feature, u.credits, u.is_over_cap, u.cost_minor, u.currency
    from d cross join lateral (select *, utc_day(used_at) as day from ai_usage_event
      where org_id = d.org_id and used_at >= d.from_at and used_at < d.until_at offset 0) u),
  features as (
    select day, org_id, kept_part(feature, row_number() over (partition by org_id, day order by count(*) desc, feature)) as part, count(*) as n,
      sum(credits) as credits
    from uses group by day, org_id, feature)
  select 'ai.credits', day, org_id, 'XXX', count(*), micro(sum(credits)) from uses group by org_id, day
  union all
  select 'ai.over_cap', day, org_id, 'XXX', count(*), micro(sum(credits)) from uses where is_over_cap group by org_id, day
  union all
  select 'ai.cost', day, org_id, currency, count(*), sum(cost_minor)::bigint from uses
    where cost_minor is not null and currency is not null group by org_id, day, currency
  union all
  select 'ai.by_feature:' || part, day, org_id, 'XXX', sum(n)::bigint, micro(sum(credits)) from features group by org_id, day, part
$$;

-- What is there already is computed again with them.
insert into metric_mark (org_id, topic, day)
  select distinct org_id, split_part(metric, '.', 1), day from metric_day
  where metric in ('leads.received', 'usage.rows', 'addons.sold', 'addons.refunded', 'ai.credits');
reset role;
