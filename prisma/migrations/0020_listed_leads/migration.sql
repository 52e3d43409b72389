-- Whether a line bills a lead stands on the lead, so that what is not billed is listed, counted and added up by an index and by figures of days.
set role tributary_migrator;
alter table lead add column is_billed boolean not null default false;

-- Once per statement, of the leads that its lines name: found by their keys, written where something changed, and locked in one order.
create function mark_billed() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told where source like 'lead:%') then
    return null;
  end if;
  with named as (
    select distinct t.org_id, substr(t.source, 6) as id from told t where t.source like 'lead:%'),
  changed as (
    select l.org_id, l.id, b.is_billed from named n join lead l on l.org_id = n.org_id and l.id = n.id
    cross join lateral (select exists (select from invoice_line b where b.org_id = l.org_id and b.source = 'lead:' || l.id) as is_billed) b
    where l.is_billed <> b.is_billed order by l.org_id, l.id for no key update of l)
  update lead l set is_billed = c.is_billed from changed c where l.org_id = c.org_id and l.id = c.id;
  return null;
end $$;
create trigger bills_new after insert on invoice_line referencing new table as told for each statement execute function mark_billed();
create trigger bills_changed_from after update on invoice_line referencing old table as told for each statement execute function mark_billed();
create trigger bills_changed_to after update on invoice_line referencing new table as told for each statement execute function mark_billed();
create trigger bills_gone after delete on invoice_line referencing old table as told for each statement execute function mark_billed();

-- A lead that only came onto an invoice, or left one, changes figures; it is nothing new to be rated.
create function mark_changed_leads() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into rating_mark (org_id, stream, first_at, last_at)
    select t.org_id, 'leads', least(min(w.created_at), min(t.created_at)), greatest(max(w.created_at), max(t.created_at))
    from told t left join was w on w.org_id = t.org_id and w.id = t.id
    where w.is_billed is distinct from not t.is_billed group by t.org_id;
  insert into metric_mark (org_id, topic, day)
    select distinct c.org_id, 'leads', utc_day(i.at) from (select org_id, created_at, converted_at from told
      union all select org_id, created_at, converted_at from was) c, lateral (values (c.created_at), (c.converted_at)) as i (at)
    where i.at is not null;
  return null;
end $$;
drop trigger mark_changed_from on lead;
drop trigger mark_changed_to on lead;
create trigger mark_changed after update on lead referencing old table as was new table as told for each statement execute function mark_changed_leads();

revoke execute on function mark_billed(), mark_changed_leads() from public;

drop index lead_unbilled;
update lead l set is_billed = true from (select distinct org_id, substr(source, 6) as id from invoice_line where source like 'lead:%') b
  where l.org_id = b.org_id and l.id = b.id;
create index lead_unbilled on lead (converted_at desc, org_id, id) where status = 'converted' and not is_billed;
create index lead_listed_unbilled on lead (created_at desc, org_id desc, id desc) include (fee_minor, fee_currency)
  where status = 'converted' and not is_billed;
-- How long it took to convert is read from the index alone.
create index lead_converted on lead (created_at desc, org_id desc, id desc) include (converted_at) where status = 'converted';

create or replace function metrics_of_leads(orgs text[], days date[], span integer default 1)
returns table (metric text, day date, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  with d as materialized (select * from day_spans(orgs, days, span)),
  created as (
    select l.day, d.org_id, l.status, coalesce(l.source, '') as source, l.unbilled, count(*) as n, sum(l.fee_minor) as fees,
      count(*) filter (where l.status = 'converted' and l.converted_at < l.created_at + interval '30 days') as within
    from d cross join lateral (select *, utc_day(created_at) as day,
        case when status = 'converted' and not is_billed then coalesce(case when fee_minor is not null then fee_currency end, 'XXX') end as unbilled
      from lead where org_id = d.org_id and created_at >= d.from_at and created_at < d.until_at offset 0) l
    group by d.org_id, l.day, l.status, coalesce(l.source, ''), l.unbilled),
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
  select 'leads.unbilled', day, org_id, unbilled, sum(n)::bigint, coalesce(sum(fees), 0)::bigint from created
    where unbilled is not null group by org_id, day, unbilled
  union all
  select 'leads.by_status:' || status, day, org_id, 'XXX', sum(n)::bigint, 0 from created group by org_id, day, status
  union all
  select 'leads.by_source:' || part, day, org_id, 'XXX', sum(n)::bigint, 0 from sources group by org_id, day, part
  union all
  select 'leads.within_30d_by_source:' || part, day, org_id, 'XXX', sum(within)::bigint, 0 from sources
    group by org_id, day, part having sum(within) > 0
$$;

-- What is there already is computed again with it.
insert into metric_mark (org_id, topic, day) select org_id, 'leads', day from metric_day where metric = 'leads.received';
reset role;
