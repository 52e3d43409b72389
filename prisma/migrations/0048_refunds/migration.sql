-- What went back of charges, whoever sent it, as its provider has it: the other side of our refunds. One that succeeded may fail weeks later, and one
-- that somebody made at the provider is of a charge of any age, so that they are listed by when they were made themselves.
set role tributary_migrator;
create table provider_refund (
  provider text not null,
  ref text not null,
  org_id text not null,
  invoice_id text not null,
  charge_ref text not null,
  provider_key text,
  amount_minor bigint not null,
  currency text not null,
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  code text,
  made_at timestamptz(3) not null,
  primary key (provider, ref)
);
create index provider_refund_charge on provider_refund (provider, charge_ref);
create index provider_refund_at on provider_refund (provider, made_at);
create index provider_refund_failed on provider_refund (org_id) where status = 'failed';
alter table provider_refund enable row level security;
alter table provider_refund force row level security;
create policy owner_functions on provider_refund to tributary_migrator using (true) with check (true);
create policy own_sets on provider_refund to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on provider_refund for select to tributary_portal using (true);
create policy verify on provider_refund for select to tributary_verifier using (true);
grant select, insert, update on provider_refund to tributary_worker;
grant select on provider_refund to tributary_portal, tributary_verifier;

-- From when on refunds were listed last; null where they never were.
alter table provider_watermark add column refunds_since timestamptz(3);

-- Charges of which what went back differs in what was listed for the slot: more of it there than ours that were ordered, less there than ours that were
-- made, or one that was made here and failed there.
create function refund_differences(slot_at timestamptz)
returns table (org_id text, provider text, charge_ref text, theirs bigint, ours bigint, made bigint) language sql stable as $$
  with listed as (
    select p.org_id, p.invoice_id, p.ref, p.provider, p.provider_ref
    from provider_watermark w join provider_refund t on t.provider = w.provider and t.made_at >= w.refunds_since
      join payment p on p.provider = t.provider and p.provider_ref = t.charge_ref and p.org_id = t.org_id and p.status = 'succeeded'
    where w.matched_at = slot_at
    union
    select p.org_id, p.invoice_id, p.ref, p.provider, p.provider_ref
    from provider_watermark w join refund r on r.status = 'succeeded' and r.paid_to = 'cash' and coalesce(r.sent_at, r.at) between w.refunds_since and w.through
      join payment p on p.org_id = r.org_id and p.invoice_id = r.invoice_id and p.ref = r.payment_ref and p.provider = w.provider and p.status = 'succeeded'
    where w.matched_at = slot_at)
  select l.org_id, l.provider, l.provider_ref, t.theirs, o.ours, o.made
  from listed l
    cross join lateral (
      select coalesce(sum(t.amount_minor) filter (where t.status <> 'failed'), 0)::bigint as theirs,
        coalesce(bool_or(t.status = 'failed' and r.status = 'succeeded'), false) as is_failed
      from provider_refund t left join refund r on r.org_id = t.org_id and r.invoice_id = t.invoice_id and r.provider_key = t.provider_key
      where t.provider = l.provider and t.charge_ref = l.provider_ref) t
    cross join lateral (
      select coalesce(sum(r.amount_minor) filter (where r.status <> 'failed'), 0)::bigint as ours,
        coalesce(sum(r.amount_minor) filter (where r.status = 'succeeded'), 0)::bigint as made
      from refund r where r.org_id = l.org_id and r.invoice_id = l.invoice_id and r.payment_ref = l.ref) o
  where t.theirs > o.ours or t.theirs < o.made or t.is_failed
$$;
revoke execute on function refund_differences(timestamptz) from public;
grant execute on function refund_differences(timestamptz) to tributary_worker;

-- Orgs whose books and the provider's list differ in what was listed for the slot, either way: in what was taken, or in what went back.
create or replace function due_for_provider_match(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.org_id from provider_watermark w join provider_charge c on c.provider = w.provider and c.charged_at >= w.since
    left join payment p on p.provider = c.provider and p.provider_ref = c.ref
  where w.matched_at = slot_at and c.status = 'succeeded'
    and (p.status is distinct from 'succeeded' or p.org_id <> c.org_id or p.invoice_id <> c.invoice_id or p.amount_minor <> c.amount_minor
      or p.currency <> c.currency or c.is_disputed)
  union
  select p.org_id from provider_watermark w join payment p on p.provider = w.provider and p.status = 'succeeded' and p.settled_at >= w.since
    and p.settled_at <= w.through
    left join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
  where w.matched_at = slot_at and p.method is distinct from 'credit' and c.ref is null
  union
  select d.org_id from refund_differences(slot_at) d
  order by 1
$$;

-- A refund that failed after all takes back what it took: no more is invoiced by it, as no less was by the refund.
create or replace function metrics_of_ledger(orgs text[], days date[], span integer default 1)
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
    from booked where account in ('revenue', 'tax') and fact not in ('refunded', 'refund_failed') group by 1, day, org_id, currency
  union all
  select case when amount_minor > 0 then 'cash.in' else 'cash.out' end, day, org_id, currency, count(*), abs(sum(amount_minor))::bigint from booked
    where account = 'cash' group by 1, day, org_id, currency
  union all
  select account || '.net', day, org_id, currency, count(*),
    (case when account in ('credit', 'tax') then -1 else 1 end * sum(amount_minor))::bigint from booked
    where account in ('receivable', 'credit', 'tax', 'bad_debt') group by account, day, org_id, currency
$$;
reset role;
