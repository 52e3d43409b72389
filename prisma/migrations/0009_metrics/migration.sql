-- What the figures of a day are, each as a query over its source: the roll-up writes what these functions say, and nothing else does.
set role tributary_migrator;

-- All orgs of a day together, one row per metric and currency: what charts and tiles of the whole provider read.
create table metric_day_total (
  metric text not null,
  day date not null,
  currency text not null default 'XXX',
  n bigint not null default 0,
  minor bigint not null default 0,
  primary key (metric, day, currency)
);
create index metric_day_org_id_metric_day_idx on metric_day (org_id, metric, day);
create index lead_org_id_converted_at_idx on lead (org_id, converted_at);
create index addon_refund_org_id_refunded_at_idx on addon_refund (org_id, refunded_at);
create index billing_ledger_org_id_at_idx on billing_ledger (org_id, at);
create index payment_org_id_at_idx on payment (org_id, at);
create index invoice_org_id_issued_at_idx on invoice (org_id, issued_at);
create index invoice_org_id_paid_at_idx on invoice (org_id, paid_at);
create index incident_org_id_created_at_idx on incident (org_id, created_at);
create index incident_org_id_resolved_at_idx on incident (org_id, resolved_at);
create index mrr_movement_org_id_at_idx on mrr_movement (org_id, at);

create function utc_start(day date) returns timestamptz language sql immutable parallel safe
  as $$ select day::timestamp at time zone 'UTC' $$;
create function utc_day(at timestamptz) returns date language sql immutable parallel safe as $$ select (at at time zone 'UTC')::date $$;
-- AI credits are kept in millionths, rounded once a day.
create function micro(credits numeric) returns bigint language sql immutable parallel safe
  as $$ select least(round(coalesce(credits, 0) * 1000000), 9223372036854775807)::bigint $$;

create function day_spans(orgs text[], days date[], span integer)
returns table (org_id text, from_at timestamptz, until_at timestamptz) language sql immutable parallel safe
  as $$ select d.org_id, utc_start(d.day), utc_start(d.day + span) from unnest(orgs, days) as d (org_id, day) $$;

-- Each: the figures of pairs of an org and a day, read side by side from the two arrays, or of so many days from it on. A day without any has
-- no row. The bounds stand in a table of their own: behind row-level security an index is searched by plain comparisons only, not by what is
-- yet to be computed. What is looked up by them is fenced by `offset 0`, so that no plan made for small tables turns the order round.
create function metrics_of_leads(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span))
  select 'leads.received', l.day, d.org_id, 'XXX', count(*), 0::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from lead
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) l
    group by d.org_id, l.day
  union all
  select 'leads.converted_within_30d', l.day, d.org_id, 'XXX', count(*), 0
    from d cross join lateral (select *, utc_day(created_at) as day from lead
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) l
    where l.status = 'converted' and l.converted_at < l.created_at + interval '30 days' group by d.org_id, l.day
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
$$;

create function metrics_of_subscriptions(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  moved as (
    select d.org_id, m.day, m.currency, m.kind, count(*) as n, sum(m.amount_minor)::bigint as minor
    from d cross join lateral (select *, utc_day(at) as day from mrr_movement
      where org_id = d.org_id and at >= d.from_at and at < d.until_at offset 0) m
    group by d.org_id, m.day, m.currency, m.kind)
  select 'mrr.' || kind, day, org_id, currency, n, minor from moved
  union all
  -- Orgs that came above 0 less those that went to 0, and by how much the MRR moved: what there is at a day's end is the sum of all days to it.
  select 'mrr.net', day, org_id, currency,
    sum(case when kind in ('new', 'reactivation') then n when kind = 'churn' then -n else 0 end)::bigint,
    sum(case when kind in ('contraction', 'churn') then -minor else minor end)::bigint
    from moved group by org_id, day, currency
  union all
  select case c.action when 'subscription.created' then 'subscriptions.created' else 'subscriptions.canceled' end, c.day, d.org_id, 'XXX', count(*), 0
    from d cross join lateral (select *, utc_day(changed_at) as day from subscription_change
      where org_id = d.org_id and changed_at >= d.from_at and changed_at < d.until_at offset 0) c
    where c.action in ('subscription.created', 'subscription.canceled') group by d.org_id, c.day, c.action
$$;

create function metrics_of_usage(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  -- The meters of an org, one index look-up each, so that a day is found by its index too.
  with recursive meters as (
    select o.org_id, (select min(u.meter) from usage_meter u where u.org_id = o.org_id) as meter from (select distinct unnest(orgs) as org_id) o
    union all
    select m.org_id, (select min(u.meter) from usage_meter u where u.org_id = m.org_id and u.meter > m.meter) from meters m where m.meter is not null),
  d as materialized (select * from day_spans(orgs, days, span))
  select 'usage.rows', u.day, d.org_id, 'XXX', sum(u.n)::bigint, 0::bigint
    from d join meters m on m.org_id = d.org_id
    cross join lateral (select utc_day(window_start) as day, count(*) as n from usage_meter u
      where u.org_id = d.org_id and u.meter = m.meter and u.window_start >= d.from_at and u.window_start < d.until_at group by 1) u
    group by d.org_id, u.day
$$;

create function metrics_of_addons(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span))
  select 'addons.sold', a.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), coalesce(sum(a.amount_minor), 0)::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from addon_purchase
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) a
    group by d.org_id, a.day, a.currency
  union all
  select 'addons.refunded', r.day, d.org_id, coalesce(a.currency, 'XXX'), count(*), sum(r.amount_minor)::bigint
    from d cross join lateral (select *, utc_day(refunded_at) as day from addon_refund
      where org_id = d.org_id and refunded_at >= d.from_at and refunded_at < d.until_at offset 0) r
    join addon_purchase a on a.org_id = r.org_id and a.id = r.purchase_id group by d.org_id, r.day, a.currency
$$;

create function metrics_of_ai(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  uses as (
    select d.org_id, u.day, u.credits, u.is_over_cap, u.cost_minor, u.currency
    from d cross join lateral (select *, utc_day(used_at) as day from ai_usage_event
      where org_id = d.org_id and used_at >= d.from_at and used_at < d.until_at offset 0) u)
  select 'ai.credits', day, org_id, 'XXX', count(*), micro(sum(credits)) from uses group by org_id, day
  union all
  select 'ai.over_cap', day, org_id, 'XXX', count(*), micro(sum(credits)) from uses where is_over_cap group by org_id, day
  union all
  select 'ai.cost', day, org_id, currency, count(*), sum(cost_minor)::bigint from uses
    where cost_minor is not null and currency is not null group by org_id, day, currency
$$;

create function metrics_of_credits(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  grants as (
    select d.org_id, g.day, g.credits, g.amount_minor, g.currency
    from d cross join lateral (select *, utc_day(granted_at) as day from credit_grant
      where org_id = d.org_id and granted_at >= d.from_at and granted_at < d.until_at offset 0) g)
  select 'credits.granted', day, org_id, 'XXX', count(*), micro(sum(credits)) from grants group by org_id, day
  union all
  select 'credits.sold', day, org_id, currency, count(*), sum(amount_minor)::bigint from grants
    where amount_minor is not null and currency is not null group by org_id, day, currency
$$;

create function metrics_of_incidents(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  resolved as (
    select d.org_id, i.day, count(*) as n, count(*) filter (where i.resolved_at <= i.resolution_due_at) as met,
      count(*) filter (where i.resolved_at > i.resolution_due_at) as breached
    from d cross join lateral (select *, utc_day(resolved_at) as day from incident
      where org_id = d.org_id and resolved_at >= d.from_at and resolved_at < d.until_at offset 0) i
    where i.status = 'resolved' group by d.org_id, i.day)
  select 'incidents.opened', i.day, d.org_id, 'XXX', count(*), 0::bigint
    from d cross join lateral (select *, utc_day(created_at) as day from incident
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) i
    group by d.org_id, i.day
  union all
  select 'incidents.resolved', day, org_id, 'XXX', n, 0 from resolved
  union all
  select 'incidents.met', day, org_id, 'XXX', met, 0 from resolved where met > 0
  union all
  select 'incidents.breached', day, org_id, 'XXX', breached, 0 from resolved where breached > 0
$$;

create function metrics_of_invoices(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  stepped as (
    select 'issued' as step, i.day, i.org_id, i.id, i.currency, i.total_minor
    from d cross join lateral (select *, utc_day(issued_at) as day from invoice
      where org_id = d.org_id and issued_at >= d.from_at and issued_at < d.until_at offset 0) i
    union all
    select 'paid', i.day, i.org_id, i.id, i.currency, i.total_minor
    from d cross join lateral (select *, utc_day(paid_at) as day from invoice
      where org_id = d.org_id and paid_at >= d.from_at and paid_at < d.until_at offset 0) i where i.status = 'paid')
  select 'invoices.' || step, day, org_id, currency, count(*), sum(total_minor)::bigint from stepped group by step, day, org_id, currency
  union all
  select case s.step when 'issued' then 'leads.invoiced' else 'leads.paid' end, s.day, s.org_id, s.currency,
    count(distinct coalesce(l.source, l.source_key)), sum(l.amount_minor)::bigint
    from stepped s join invoice_line l on l.org_id = s.org_id and l.invoice_id = s.id
    where l.stream = 'leads' and l.source_key like 'lead:%' group by s.step, s.day, s.org_id, s.currency
$$;

create function metrics_of_payments(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span))
  select 'payments.' || case when p.status = 'succeeded' and p.method = 'credit' then 'credit' else p.status end, p.day, d.org_id, p.currency,
    count(*), sum(p.amount_minor)::bigint
    from d cross join lateral (select *, utc_day(at) as day from payment
      where org_id = d.org_id and at >= d.from_at and at < d.until_at offset 0) p
    where p.status in ('succeeded', 'failed') group by 1, d.org_id, p.day, p.currency
$$;

create function metrics_of_refunds(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span))
  select 'refunds.made', r.day, d.org_id, r.currency, count(*), sum(r.amount_minor)::bigint
    from d cross join lateral (select *, utc_day(at) as day from refund
      where org_id = d.org_id and at >= d.from_at and at < d.until_at offset 0) r
    where r.status = 'succeeded' group by d.org_id, r.day, r.currency
$$;

create function metrics_of_ledger(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  booked as (
    select d.org_id, b.day, b.account, b.stream, b.currency, b.fact, b.amount_minor
    from d cross join lateral (select *, utc_day(at) as day from billing_ledger
      where org_id = d.org_id and at >= d.from_at and at < d.until_at offset 0) b)
  select 'revenue.' || coalesce(stream, 'none'), day, org_id, currency, count(*), -sum(amount_minor)::bigint from booked
    where account = 'revenue' group by stream, day, org_id, currency
  union all
  -- Before money that went back: what was charged, less credit notes.
  select 'invoiced.' || case account when 'tax' then 'tax' else coalesce(stream, 'none') end, day, org_id, currency, count(*), -sum(amount_minor)::bigint
    from booked where account in ('revenue', 'tax') and fact <> 'refunded' group by 1, day, org_id, currency
  union all
  select case when amount_minor > 0 then 'cash.in' else 'cash.out' end, day, org_id, currency, count(*), abs(sum(amount_minor))::bigint from booked
    where account = 'cash' group by 1, day, org_id, currency
  union all
  select account || '.net', day, org_id, currency, count(*),
    (case when account in ('credit', 'tax') then -1 else 1 end * sum(amount_minor))::bigint from booked
    where account in ('receivable', 'credit', 'tax', 'bad_debt') group by account, day, org_id, currency
$$;

-- The orgs that have marks, one look-up each, however many marks there are.
create view marked_org with (security_invoker = true) as
  with recursive o as (
    select (select min(m.org_id) from metric_mark m) as org_id
    union all
    select (select min(m.org_id) from metric_mark m where m.org_id > o.org_id) from o where o.org_id is not null)
  select org_id from o where org_id <> '_provider';
-- The orgs whose figures are to be computed again: AI and its credits by one phase, which has more to do for them, the rest by another.
create function due_for_metrics(topics text[])
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select o.org_id from marked_org o, lateral (select from metric_mark m where m.org_id = o.org_id and m.topic = any (topics) limit 1) m order by 1
$$;
-- Also those whose stored balance was not looked at since the day before: grants expire by themselves.
create function due_for_summaries(slot_at timestamptz, topics text[])
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select o.org_id from marked_org o, lateral (select from metric_mark m where m.org_id = o.org_id and m.topic = any (topics) limit 1) m
  union
  select c.org_id from credit_balance c where c.computed_at < date_trunc('day', slot_at at time zone 'UTC') at time zone 'UTC'
  order by 1
$$;

-- Sums up all orgs for the days that changed, marked under `_provider` by their metric, and says how far each metric is up to date as of a
-- slot. One at a time: who comes later sees more. Returns the number of days of metrics that were summed up.
create function total_metric_days(slot_at timestamptz, topics jsonb)
returns bigint language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  changed_metrics text[];
  changed_days date[];
begin
  perform pg_advisory_xact_lock(hashtext('metric_day_total'));
  with taken as (delete from metric_mark where org_id = '_provider' returning topic, day)
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

-- Where the roll-up of a day is not what its source says, over orgs and days without marks: those have not reached their cut-off. Reads all
-- that happened in the range, so it is for some days and the verifier.
create function metric_differences(from_day date, until_day date)
returns table (org_id text, metric text, day date, currency text, stored text, computed text) language sql stable as $$
  with orgs as (select array_agg(id) as ids, array_agg(from_day) as days from org),
  computed as (
    select 'leads' as topic, f.* from orgs o, metrics_of_leads(o.ids, o.days, until_day - from_day) f
    union all select 'subscriptions', f.* from orgs o, metrics_of_subscriptions(o.ids, o.days, until_day - from_day) f
    union all select 'usage', f.* from orgs o, metrics_of_usage(o.ids, o.days, until_day - from_day) f
    union all select 'addons', f.* from orgs o, metrics_of_addons(o.ids, o.days, until_day - from_day) f
    union all select 'ai', f.* from orgs o, metrics_of_ai(o.ids, o.days, until_day - from_day) f
    union all select 'credits', f.* from orgs o, metrics_of_credits(o.ids, o.days, until_day - from_day) f
    union all select 'incidents', f.* from orgs o, metrics_of_incidents(o.ids, o.days, until_day - from_day) f
    union all select 'invoices', f.* from orgs o, metrics_of_invoices(o.ids, o.days, until_day - from_day) f
    union all select 'payments', f.* from orgs o, metrics_of_payments(o.ids, o.days, until_day - from_day) f
    union all select 'refunds', f.* from orgs o, metrics_of_refunds(o.ids, o.days, until_day - from_day) f
    union all select 'ledger', f.* from orgs o, metrics_of_ledger(o.ids, o.days, until_day - from_day) f),
  stored as (select m.* from metric_day m where m.day >= from_day and m.day < until_day)
  select coalesce(s.org_id, c.org_id), coalesce(s.metric, c.metric), coalesce(s.day, c.day), coalesce(s.currency, c.currency),
    format('%s/%s', s.n, s.minor), format('%s/%s', c.n, c.minor)
  from stored s full join computed c on c.metric = s.metric and c.day = s.day and c.org_id = s.org_id and c.currency = s.currency
  where (s.n, s.minor) is distinct from (c.n, c.minor)
    and not exists (select from metric_mark m where m.org_id = coalesce(s.org_id, c.org_id) and m.day = coalesce(s.day, c.day))
$$;

grant select on metric_day_total to tributary_worker, tributary_portal, tributary_verifier;
revoke execute on function due_for_metrics(text[]), due_for_summaries(timestamptz, text[]), total_metric_days(timestamptz, jsonb) from public;
grant execute on function due_for_metrics(text[]), due_for_summaries(timestamptz, text[]), total_metric_days(timestamptz, jsonb) to tributary_worker;
reset role;
