-- What there was at the end of a day of what there is now: leads that are open or not billed, incidents that are open or breach their target, what
-- is overdue. As of MRR a day keeps by how much it moved, so that what comes late changes one day alone.
set role tributary_migrator;

create index lead_org_id_disqualified_at_idx on lead (org_id, disqualified_at) where status = 'disqualified';
create index invoice_line_of_lead on invoice_line (org_id, created_at) where source like 'lead:%';
create index incident_org_id_resolution_due_at_idx on incident (org_id, resolution_due_at);
create index invoice_org_id_due_at_idx on invoice (org_id, due_at) where due_at is not null;
create index invoice_org_id_given_up_at_idx on invoice (org_id, given_up_at) where given_up_at is not null;

create or replace function metrics_of_leads(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  created as (
    select l.day, d.org_id, l.status, coalesce(l.source, '') as source, l.unbilled, count(*) as n, sum(l.fee_minor) as fees,
      count(*) filter (where l.status = 'converted' and l.converted_at < l.created_at + interval '30 days') as within,
      -- Of which it is not known when they ended: they were never open.
      count(*) filter (where (l.status = 'converted' and l.converted_at is null) or (l.status = 'disqualified' and l.disqualified_at is null)) as timeless
    from d cross join lateral (select *, utc_day(created_at) as day,
        case when status = 'converted' and not is_billed then coalesce(case when fee_minor is not null then fee_currency end, 'XXX') end as unbilled
      from lead where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) l
    group by d.org_id, l.day, l.status, coalesce(l.source, ''), l.unbilled),
  sources as (
    select day, org_id, kept_part(source, row_number() over (partition by org_id, day order by sum(n) desc, source)) as part, sum(n) as n,
      sum(within) as within
    from created group by day, org_id, source),
  converted as materialized (
    select l.day, d.org_id, case when l.fee_minor is not null then l.fee_currency end as currency, count(*) as n, sum(l.fee_minor) as fees
    from d cross join lateral (select *, utc_day(converted_at) as day from lead
      where org_id = d.org_id and converted_at >= d.from_at and converted_at < d.until_at offset 0) l
    where l.status = 'converted' group by d.org_id, l.day, 3),
  disqualified as (
    select l.day, d.org_id, count(*) as n
    from d cross join lateral (select utc_day(disqualified_at) as day from lead
      where org_id = d.org_id and status = 'disqualified' and disqualified_at >= d.from_at and disqualified_at < d.until_at offset 0) l
    group by d.org_id, l.day),
  -- By the first of its lines.
  billed as (
    select utc_day(b.at) as day, l.org_id, case when l.fee_minor is not null then l.fee_currency end as currency, count(*) as n, sum(l.fee_minor) as fees
    from d cross join lateral (select org_id, source, min(created_at) as at from invoice_line
      where org_id = d.org_id and source like 'lead:%' and created_at >= d.from_at and created_at < d.until_at group by 1, 2 offset 0) b
    join lead l on l.org_id = b.org_id and l.id = substr(b.source, 6)
    where l.status = 'converted' and l.converted_at is not null
      and not exists (select from invoice_line o where o.org_id = b.org_id and o.source = b.source and o.created_at < b.at)
    group by l.org_id, 1, 3)
  select 'leads.received', day, org_id, 'XXX', sum(n)::bigint, 0::bigint from created group by org_id, day
  union all
  select 'leads.converted_within_30d', day, org_id, 'XXX', sum(within)::bigint, 0 from created group by org_id, day having sum(within) > 0
  union all
  select 'leads.converted', day, org_id, 'XXX', sum(n)::bigint, 0 from converted group by org_id, day
  union all
  select 'leads.fees', day, org_id, currency, n, fees::bigint from converted where currency is not null
  union all
  select 'leads.unbilled', day, org_id, unbilled, sum(n)::bigint, coalesce(sum(fees), 0)::bigint from created
    where unbilled is not null group by org_id, day, unbilled
  union all
  select 'leads.unbilled_net', day, org_id, coalesce(currency, 'XXX'), sum(n)::bigint, coalesce(sum(fees), 0)::bigint
    from (select day, org_id, currency, n, fees from converted union all select day, org_id, currency, -n, -fees from billed) moved
    group by org_id, day, currency having sum(n) <> 0 or sum(fees) <> 0
  union all
  select 'leads.open_net', day, org_id, 'XXX', sum(n)::bigint, 0
    from (select day, org_id, n - timeless as n from created union all select day, org_id, -n from converted
      union all select day, org_id, -n from disqualified) moved
    group by org_id, day having sum(n) <> 0
  union all
  select 'leads.by_status:' || status, day, org_id, 'XXX', sum(n)::bigint, 0 from created group by org_id, day, status
  union all
  select 'leads.by_source:' || part, day, org_id, 'XXX', sum(n)::bigint, 0 from sources group by org_id, day, part
  union all
  select 'leads.within_30d_by_source:' || part, day, org_id, 'XXX', sum(within)::bigint, 0 from sources
    group by org_id, day, part having sum(within) > 0
$$;

create or replace function metrics_of_incidents(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  opened as (
    select d.org_id, i.day, count(*) as n
    from d cross join lateral (select utc_day(created_at) as day from incident
      where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) i
    group by d.org_id, i.day),
  resolved as (
    select d.org_id, i.day, count(*) as n, count(*) filter (where i.resolved_at <= i.resolution_due_at) as met,
      count(*) filter (where i.resolved_at > i.resolution_due_at) as breached
    from d cross join lateral (select *, utc_day(resolved_at) as day from incident
      where org_id = d.org_id and resolved_at >= d.from_at and resolved_at < d.until_at offset 0) i
    where i.status = 'resolved' group by d.org_id, i.day),
  overran as (
    select d.org_id, i.day, count(*) as n
    from d cross join lateral (select *, utc_day(resolution_due_at) as day from incident
      where org_id = d.org_id and resolution_due_at >= d.from_at and resolution_due_at < d.until_at offset 0) i
    where i.status <> 'resolved' or i.resolved_at > i.resolution_due_at group by d.org_id, i.day)
  select 'incidents.opened', day, org_id, 'XXX', n, 0::bigint from opened
  union all
  select 'incidents.resolved', day, org_id, 'XXX', n, 0 from resolved
  union all
  select 'incidents.met', day, org_id, 'XXX', met, 0 from resolved where met > 0
  union all
  select 'incidents.breached', day, org_id, 'XXX', breached, 0 from resolved where breached > 0
  union all
  select 'incidents.open_net', day, org_id, 'XXX', sum(n)::bigint, 0
    from (select org_id, day, n from opened union all select org_id, day, -n from resolved) moved group by org_id, day having sum(n) <> 0
  union all
  select 'incidents.breaching_net', day, org_id, 'XXX', sum(n)::bigint, 0
    from (select org_id, day, n from overran union all select org_id, day, -breached from resolved) moved group by org_id, day having sum(n) <> 0
$$;

create or replace function metrics_of_ledger(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  booked as materialized (
    select d.org_id, b.day, b.account, b.stream, b.currency, b.fact, b.amount_minor, b.invoice_id
    from d cross join lateral (select *, utc_day(at) as day from billing_ledger
      where org_id = d.org_id and at >= d.from_at and at < d.until_at offset 0) b),
  -- An invoice is overdue from the day after it was due until it is paid, credited or given up.
  touched as materialized (
    select org_id, invoice_id, day from booked where account = 'receivable' and invoice_id is not null
    union
    select d.org_id, i.id, utc_day(i.due_at) + 1 from d cross join lateral (select id, due_at from invoice
      where org_id = d.org_id and due_at >= d.from_at - interval '1 day' and due_at < d.until_at - interval '1 day' offset 0) i
    union
    select d.org_id, i.id, utc_day(i.given_up_at) from d cross join lateral (select id, given_up_at from invoice
      where org_id = d.org_id and given_up_at >= d.from_at and given_up_at < d.until_at offset 0) i),
  overdue as (
    select t.org_id, t.day, i.currency,
      case when i.given_up_at < utc_start(t.day + 1) then 0 else greatest(0, b.by_end) end as after,
      case when i.due_at >= utc_start(t.day - 1) or i.given_up_at < utc_start(t.day) then 0 else greatest(0, b.by_start) end as before
    from touched t join invoice i on i.org_id = t.org_id and i.id = t.invoice_id and i.due_at < utc_start(t.day)
    cross join lateral (select coalesce(sum(l.amount_minor), 0) as by_end,
        coalesce(sum(l.amount_minor) filter (where l.at < utc_start(t.day)), 0) as by_start
      from billing_ledger l where l.org_id = t.org_id and l.invoice_id = t.invoice_id and l.account = 'receivable' and l.at < utc_start(t.day + 1)) b)
  select 'revenue.' || coalesce(stream, 'none'), day, org_id, currency, count(*), -sum(amount_minor)::bigint from booked
    where account = 'revenue' group by stream, day, org_id, currency
  union all
  -- Before money that went back: what was charged, less credit notes.
  select 'invoiced.' || case account when 'tax' then 'tax' else coalesce(stream, 'none') end, day, org_id, currency, count(*), -sum(amount_minor)::bigint
    from booked where account in ('revenue', 'tax') and fact not in ('refunded', 'refund_failed') group by 1, day, org_id, currency
  union all
  select case when amount_minor > 0 then 'cash.in' else 'cash.out' end, day, org_id, currency, count(*), abs(sum(amount_minor))::bigint from booked
    where account = 'cash' group by 1, day, org_id, currency
  union all
  select account || '.net', day, org_id, currency, count(*),
    (case when account in ('credit', 'tax') then -1 else 1 end * sum(amount_minor))::bigint from booked
    where account in ('receivable', 'credit', 'tax', 'bad_debt') group by account, day, org_id, currency
  union all
  select 'receivable.overdue_net', day, org_id, currency, sum(sign(after) - sign(before))::bigint, sum(after - before)::bigint from overdue
    where after <> before group by day, org_id, currency having sum(sign(after) - sign(before)) <> 0 or sum(after - before) <> 0
$$;

-- The days that these figures are of are marked like the others of their topics.
create or replace function mark_lead() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into rating_mark (org_id, stream, first_at, last_at)
    select org_id, 'leads', min(created_at), max(created_at) from told group by org_id;
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'leads', utc_day(i.at)
    from told t, lateral (values (t.created_at), (t.converted_at), (t.disqualified_at)) as i (at) where i.at is not null;
  return null;
end $$;

create or replace function mark_changed_leads() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into rating_mark (org_id, stream, first_at, last_at)
    select org_id, 'leads', min(first_at), max(last_at)
    from (select org_id, min(created_at) as first_at, max(created_at) as last_at
      from (select org_id, id, created_at, is_billed from told union all select org_id, id, created_at, is_billed from was) c
      group by org_id, id having bool_and(is_billed) = bool_or(is_billed)) c
    group by org_id;
  insert into metric_mark (org_id, topic, day)
    select distinct c.org_id, 'leads', utc_day(i.at) from (select org_id, created_at, converted_at, disqualified_at from told
      union all select org_id, created_at, converted_at, disqualified_at from was) c,
      lateral (values (c.created_at), (c.converted_at), (c.disqualified_at)) as i (at)
    where i.at is not null;
  return null;
end $$;

create or replace function mark_billed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told where source like 'lead:%') then
    return null;
  end if;
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'leads', utc_day(t.created_at) from told t where t.source like 'lead:%';
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

create or replace function mark_incident() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'incidents', utc_day(i.at)
    from told t, lateral (values (t.created_at), (t.resolved_at), (t.resolution_due_at)) as i (at) where i.at is not null;
  return null;
end $$;

create or replace function mark_invoice() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, 'invoices', utc_day(i.at) from told t, lateral (values (t.issued_at), (t.paid_at)) as i (at) where i.at is not null
    union all
    select distinct t.org_id, 'ledger', i.day from told t, lateral (values (utc_day(t.due_at) + 1), (utc_day(t.given_up_at))) as i (day)
    where i.day is not null;
  return null;
end $$;

-- All days there are.
insert into metric_mark (org_id, topic, day)
  select org_id, 'leads', day from metric_day where metric in ('leads.received', 'leads.converted')
  union select org_id, 'leads', utc_day(disqualified_at) from lead where status = 'disqualified' and disqualified_at is not null
  union select org_id, 'leads', utc_day(created_at) from invoice_line where source like 'lead:%'
  union select org_id, 'incidents', utc_day(i.at) from incident, lateral (values (created_at), (resolved_at), (resolution_due_at)) as i (at)
    where i.at is not null
  union select org_id, 'ledger', day from metric_day where metric = 'receivable.net'
  union select org_id, 'ledger', i.day from invoice, lateral (values (utc_day(due_at) + 1), (utc_day(given_up_at))) as i (day) where i.day is not null;
reset role;
