-- What there was at the end of a day of what rows do not tell afterwards: they say what is, not what was. It is kept once, when the day is over; a
-- day of which it was not is not known.
set role tributary_migrator;

create table stock_day (
  stock text not null,
  day date not null,
  -- Of all orgs together under `_provider`, which has a row of each day that is known.
  org_id text not null,
  currency text not null default 'XXX',
  n bigint not null,
  minor bigint not null,
  primary key (stock, day, org_id, currency)
);
create index stock_day_day_idx on stock_day (day);
alter table stock_day enable row level security;
alter table stock_day force row level security;
create policy owner_functions on stock_day to tributary_migrator using (true) with check (true);
create policy staff_read on stock_day for select to tributary_portal using (true);

-- Each as the portal's list of it counts.
create function stocks_at(told_at timestamptz)
returns table (stock text, org_id text, currency text, n bigint, minor bigint) language sql stable as $$
  select 'usage.billable', p.org_id, p.currency, count(*), sum(p.booked_minor)::bigint from rated_period p
    where p.adjusted_at is null and (p.closed_at is null or (p.org_id, p.meter, p.period_start) in (
      select l.org_id, l.meter, l.period_start from invoice i join invoice_line l on l.org_id = i.org_id and l.invoice_id = i.id
      where i.source = 'rated' and i.status = 'draft' and l.meter is not null))
    group by p.org_id, p.currency
  union all
  select 'usage.unrated:' || reason, u.org_id, 'XXX', count(*), 0 from unrated_usage u group by u.org_id, reason
  union all
  select s.stock, p.org_id, 'XXX', count(*), 0
    from rated_period p left join lateral (
      select u.received_at from usage_meter u where u.org_id = p.org_id and u.meter = p.meter and u.window_start >= p.period_start
        and u.window_start < p.period_end order by u.window_start desc limit 1) u on true
    cross join lateral (values ('usage.expected'), (case when u.received_at >= told_at - interval '1 day' then 'usage.reporting' end)) as s (stock)
    where p.closed_at is null and p.period_start <= told_at and p.period_end > told_at and s.stock is not null group by s.stock, p.org_id
  union all
  select 'books.gaps', c.org_id, c.currency, count(*), sum(abs(c.gap_minor))::bigint from reconciliation_cell c where c.differing > 0
    group by c.org_id, c.currency
  union all
  select 'keys.due', k.org_id, 'XXX', count(*), 0 from federation_key k
    where k.deleted_at is null and k.state = 'active' and (k.expires_at is null or k.expires_at > told_at)
      and (k.expires_at <= told_at + interval '7 days' or coalesce(k.last_used_at, k.created_at) < told_at - interval '30 days')
    group by k.org_id
  union all
  select 'staff.active', '_provider', 'XXX', count(*), 0 from staff_member m where m.disabled_at is null
  union all
  select 'staff.bare', '_provider', 'XXX', count(*), 0 from staff_member m
    where m.disabled_at is null and m.totp_secret_enc is null and not exists (select from staff_passkey p where p.staff_id = m.id)
  union all
  select 'staff.sessions', '_provider', 'XXX', count(*), 0 from staff_session s
    where s.revoked_at is null and s.expires_at > told_at and s.idle_expires_at > told_at
$$;

-- Keeps the day that ended before an instant, once, and up to an hour after its end: later nobody knows any more what there was. Returns whether it
-- did. Days of more than thirteen months ago are let go.
create function keep_stocks(told_at timestamptz, stocks text[]) returns boolean language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  ended date := utc_day(told_at) - 1;
begin
  perform pg_advisory_xact_lock(hashtext('stock_day'));
  if told_at >= utc_start(ended + 1) + interval '1 hour' or exists (select from stock_day where day = ended) then
    return false;
  end if;
  with told as materialized (select * from stocks_at(told_at)),
  whole as (
    select stock, '_provider', currency, sum(n)::bigint, sum(minor)::bigint from told group by stock, currency
    union all
    select s.stock, '_provider', 'XXX', 0, 0 from unnest(stocks) as s (stock) where s.stock not in (select t.stock from told t))
  insert into stock_day (day, stock, org_id, currency, n, minor)
    select ended, whole.* from whole union all select ended, told.* from told where org_id <> '_provider';
  delete from stock_day where day < ended - 400;
  return true;
end $$;

grant select on stock_day to tributary_portal;
revoke execute on function stocks_at(timestamptz), keep_stocks(timestamptz, text[]) from public;
grant execute on function keep_stocks(timestamptz, text[]) to tributary_worker;
reset role;
