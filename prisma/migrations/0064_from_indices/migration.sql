-- How many of an SKU were given back is read from the index of their status alone too.
set role tributary_migrator;
drop index addon_purchase_by_status;
create index addon_purchase_by_status on addon_purchase (status, created_at desc, org_id desc, id desc)
  include (currency, amount_minor, refunded_minor, sku) where status is not null;

-- The last by the end of its index, as who looks it up does: what is sorted by more may be read whole first.
create or replace function usage_latest_of(orgs text[]) returns setof usage_latest language sql stable as $$
  with recursive meters as (
    select o.org_id, (select min(u.meter) from usage_meter u where u.org_id = o.org_id) as meter from (select distinct unnest(orgs) as org_id) o
    union all
    select m.org_id, (select min(u.meter) from usage_meter u where u.org_id = m.org_id and u.meter > m.meter) from meters m where m.meter is not null)
  select m.org_id, m.meter, u.window_start, u.received_at from meters m cross join lateral (
    select window_start, received_at from usage_meter u where u.org_id = m.org_id and u.meter = m.meter order by window_start desc limit 1) u
$$;
reset role;
