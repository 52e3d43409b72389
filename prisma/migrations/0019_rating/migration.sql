-- What usage counts per period, told as arrays: to read the periods as JSON, and to look each org up in a list, cost a quarter of the counting.
-- `is true` keeps the orgs a hashed set where joins by hash are off. The function of the same name that takes JSON is the release's before.
create function usage_of_periods(org_ids text[], meters text[], starts timestamptz[], ends timestamptz[], received_from timestamptz[],
  received_until timestamptz[])
returns table (n int, usage_rows bigint, total numeric, highest numeric, first_start float8, last_end float8, last_received float8)
language sql stable security definer set search_path = pg_catalog, public as $$
  select p.n, u.usage_rows, u.total, u.highest, date_part('epoch', u.first_start) * 1000, date_part('epoch', u.last_end) * 1000,
    date_part('epoch', u.last_received) * 1000
  from unnest(org_ids, meters, starts, ends, received_from, received_until)
    with ordinality as p(org_id, meter, start_at, end_at, received_from, received_until, n)
  cross join lateral (
    select count(*) as usage_rows, sum(u.quantity) as total, max(u.quantity) as highest, min(u.window_start) as first_start,
      max(u.window_end) as last_end, max(u.received_at) as last_received
    from usage_meter u
    where u.org_id = p.org_id and u.meter = p.meter and u.window_start >= p.start_at and u.window_start < p.end_at
      and u.received_at >= p.received_from and u.received_at < p.received_until and u.excluded_by is null) u
  where u.usage_rows > 0 and (p.org_id in (select unnest(app_tenants()))) is true
$$;
revoke execute on function usage_of_periods(text[], text[], timestamptz[], timestamptz[], timestamptz[], timestamptz[]) from public;
grant execute on function usage_of_periods(text[], text[], timestamptz[], timestamptz[], timestamptz[], timestamptz[]) to tributary_worker;

-- Each draft of a night was written into these three for nobody: lists go by `invoice_listed`, and who asks for days of issue or payment asks for
-- those that have one.
drop index invoice_created_at_org_id_id_idx;
drop index invoice_org_id_issued_at_idx;
drop index invoice_org_id_paid_at_idx;
create index invoice_issued on invoice (org_id, issued_at) where issued_at is not null;
create index invoice_paid on invoice (org_id, paid_at) where paid_at is not null;

-- The next rating is set for each org of a night. Without an index on it, and with room beside the row, that writes nothing but the row: 24 ms
-- instead of 69 for 10,000 orgs. Who is due is looked for in the order of the orgs, page by page.
drop index org_billing_rating;
alter table org_billing set (fillfactor = 50);
