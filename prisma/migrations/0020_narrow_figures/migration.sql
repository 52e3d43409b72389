-- What figures and totals read, and nothing else of the rows: from an index alone, or from days that are rolled up.
set role tributary_migrator;

-- What uses of AI tell of themselves in `meta`, read once.
alter table ai_usage_event
  add column latency_ms bigint generated always as (meta_count(meta, 'latencyMs')) stored,
  add column outcome text generated always as (meta_word(meta, 'outcome')) stored;
create index ai_usage_event_told on ai_usage_event (used_at desc, org_id desc, id desc) include (outcome) where outcome is not null;

create index subscription_paying on subscription (status, created_at desc, org_id desc, id desc) include (mrr_minor, currency)
  where status in ('active', 'past_due');

drop index lead_by_source;
create index lead_by_source on lead (source, created_at desc, org_id desc, id desc) include (status) where source is not null;

drop index invoice_listed_by_status;
create index invoice_listed_by_status on invoice (status collate "C", (coalesce(issued_at, created_at)) desc, org_id desc, id desc)
  include (currency, total_minor, due_minor, issued_at, created_at);
drop index invoice_overdue;
create index invoice_overdue on invoice (due_at desc, org_id desc, id desc) include (currency, due_minor)
  where status = 'open' and due_minor > 0 and due_at is not null;
drop index incident_running;
create index incident_running on incident (resolution_due_at) include (severity) where status <> 'resolved';
-- A payment by its id in a list.
create index payment_named on payment (org_id, (invoice_id || '/' || ref));

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
  -- What is left of the day's purchases, and which of them money went back of.
  select 'addons.net', a.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), coalesce(sum(a.amount_minor - a.refunded_minor), 0)::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from addon_purchase
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) a
    group by d.org_id, a.day, a.currency
  union all
  select 'addons.given_back', a.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), sum(a.refunded_minor)::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from addon_purchase
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) a
    where a.status in ('partly_refunded', 'refunded') group by d.org_id, a.day, a.currency
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
    select d.org_id, u.day, u.feature, u.credits, u.is_over_cap, u.cost_minor, u.currency, u.outcome
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
  select 'ai.told', day, org_id, 'XXX', count(*), 0 from uses where outcome is not null group by org_id, day
  union all
  select 'ai.failed', day, org_id, 'XXX', count(*), 0 from uses where outcome not in ('ok', 'success') group by org_id, day
  union all
  select 'ai.cost', day, org_id, currency, count(*), sum(cost_minor)::bigint from uses
    where cost_minor is not null and currency is not null group by org_id, day, currency
  union all
  select 'ai.by_feature:' || part, day, org_id, 'XXX', sum(n)::bigint, micro(sum(credits)) from features group by org_id, day, part
$$;

-- What is there already is computed again with them.
insert into metric_mark (org_id, topic, day)
  select distinct org_id, split_part(metric, '.', 1), day from metric_day where metric in ('addons.sold', 'ai.credits');
reset role;
