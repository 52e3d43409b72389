-- What customers take back through their bank. A dispute stands as its provider has it, beside what of it the books took: the last status that they
-- know, what went back of its payment, and its fee. A lost one is due again, and waits for staff.
set role tributary_migrator;
create table provider_dispute (
  provider text not null,
  ref text not null,
  org_id text not null,
  invoice_id text not null,
  charge_ref text not null,
  amount_minor bigint not null,
  currency text not null,
  fee_minor bigint not null,
  fee_currency text,
  status text not null check (status in ('open', 'won', 'lost')),
  opened_at timestamptz(3) not null,
  seen_at timestamptz(3) not null,
  booked_status text,
  reversed_minor bigint not null default 0 check (reversed_minor >= 0),
  booked_fee_minor bigint not null default 0,
  changes integer not null default 0,
  primary key (provider, ref)
);
create index provider_dispute_org on provider_dispute (org_id, invoice_id);
alter table provider_dispute enable row level security;
alter table provider_dispute force row level security;
create policy owner_functions on provider_dispute to tributary_migrator using (true) with check (true);
create policy own_sets on provider_dispute to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on provider_dispute for select to tributary_portal using (true);
create policy verify on provider_dispute for select to tributary_verifier using (true);
grant select, insert, update on provider_dispute to tributary_worker;
grant select on provider_dispute to tributary_portal, tributary_verifier;

-- As "org:invoice": disputes of which the books do not know the latest, and those that may have moved on since they were read, daily.
create function due_for_disputes(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select distinct d.org_id || ':' || d.invoice_id from provider_dispute d
  where d.status is distinct from d.booked_status
    or (d.status <> 'won' and d.seen_at < slot_at - interval '1 day' and d.opened_at > slot_at - interval '180 days')
  order by 1
$$;
revoke execute on function due_for_disputes(timestamptz) from public;
grant execute on function due_for_disputes(timestamptz) to tributary_worker;

alter table collection_wait drop constraint collection_wait_reason,
  add constraint collection_wait_reason check (reason in ('no_method', 'charge_unexplained', 'amount_not_chargeable', 'disputed', 'dispute_lost'));
-- Rows that are there hold a narrower one: they are not looked at under its lock.
alter table billing_ledger drop constraint billing_ledger_account,
  add constraint billing_ledger_account check (account in ('receivable', 'revenue', 'tax', 'cash', 'credit', 'bad_debt', 'fees')) not valid;

create or replace function due_for_collection(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select i.org_id || ':' || i.id from invoice i join org_billing b on b.org_id = i.org_id
  where i.source = 'rated' and i.status = 'open' and i.due_at <= slot_at and i.due_minor > 0 and i.parked_at is null and b.parked_at is null
    and not exists (select from dunning_case c where c.org_id = i.org_id and c.invoice_id = i.id and c.closed_by is distinct from 'paid')
    and not exists (select from payment p where p.org_id = i.org_id and p.invoice_id = i.id and p.status in ('pending', 'unknown'))
    and not exists (select from collection_wait w where w.org_id = i.org_id and w.invoice_id = i.id and w.reason in ('disputed', 'dispute_lost'))
    and not (b.payment_token is null
      and exists (select from collection_wait w where w.org_id = i.org_id and w.invoice_id = i.id and w.reason = 'no_method'))
  union
  select c.org_id || ':' || c.invoice_id from dunning_case c join org_billing b on b.org_id = c.org_id
    join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
  where c.next_at <= slot_at and (c.closed_at is null or c.state = 'ended') and (c.paused_at is null or c.paused_until <= slot_at)
    and (c.state = 'retrying' or c.has_new_method) and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
    and not exists (select from collection_wait w where w.org_id = i.org_id and w.invoice_id = i.id and w.reason in ('disputed', 'dispute_lost'))
  order by 1
$$;

create or replace view invariant_m3 with (security_invoker = true) as
  with taken as (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from payment where status = 'succeeded'
      union all select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2)
  select i.org_id, i.id as subject, format('paid %s and %s over, of payments of %s', i.paid_minor, i.overpaid_minor, coalesce(t.minor, 0)) as detail
  from invoice i left join taken t on t.org_id = i.org_id and t.invoice_id = i.id
  where i.paid_minor + i.overpaid_minor <> coalesce(t.minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s is in %s, the invoice in %s', p.ref, p.currency, i.currency)
  from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id where p.currency <> i.currency;

create or replace view invariant_m4 with (security_invoker = true) as
  with of_payment as (
    select org_id, invoice_id, payment_ref, sum(minor) as minor from (
      select org_id, invoice_id, payment_ref, amount_minor as minor from refund where status <> 'failed' and payment_ref is not null
      union all
      select p.org_id, p.invoice_id, p.ref, d.reversed_minor from provider_dispute d
      join payment p on p.provider = d.provider and p.provider_ref = d.charge_ref and p.org_id = d.org_id and p.invoice_id = d.invoice_id
      where d.reversed_minor > 0) m group by 1, 2, 3),
  of_invoice as (
    select org_id, invoice_id, sum(amount_minor) filter (where status <> 'failed') as begun,
      sum(amount_minor) filter (where status = 'succeeded') as made from refund group by 1, 2),
  taken as (select org_id, invoice_id, sum(amount_minor) as minor from payment where status = 'succeeded' group by 1, 2)
  select r.org_id, r.invoice_id as subject, format('refunds and disputes of payment %s come to %s of %s', r.payment_ref, r.minor, p.amount_minor) as detail
  from of_payment r left join payment p on p.org_id = r.org_id and p.invoice_id = r.invoice_id and p.ref = r.payment_ref and p.status = 'succeeded'
  where r.minor > coalesce(p.amount_minor, 0)
  union all
  select r.org_id, r.invoice_id, format('refunds come to %s of %s', r.begun, coalesce(t.minor, 0))
  from of_invoice r left join taken t on t.org_id = r.org_id and t.invoice_id = r.invoice_id where r.begun > coalesce(t.minor, 0)
  union all
  select i.org_id, i.id, format('refunded is %s, refunds come to %s', i.refunded_minor, coalesce(r.made, 0))
  from invoice i left join of_invoice r on r.org_id = i.org_id and r.invoice_id = i.id where i.refunded_minor <> coalesce(r.made, 0)
  union all
  select r.org_id, r.invoice_id, format('refund %s is in %s, the invoice in %s', r.ref, r.currency, i.currency)
  from refund r join invoice i on i.org_id = r.org_id and i.id = r.invoice_id where r.currency <> i.currency;

create or replace view invariant_m6 with (security_invoker = true) as
  with held as (
    select org_id, invoice_id, sum(amount_minor) filter (where account = 'receivable') as receivable,
      sum(amount_minor) filter (where account = 'cash') as cash
    from billing_ledger where invoice_id is not null group by 1, 2),
  moved as (
    select org_id, invoice_id, sum(minor) as cash from (
      select p.org_id, p.invoice_id, p.amount_minor as minor from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id
      where p.status = 'succeeded' and (i.source = 'reported' or p.method is distinct from 'credit')
      union all
      select org_id, invoice_id, -amount_minor from refund where status = 'succeeded' and paid_to = 'cash'
      union all
      select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2)
  select coalesce(i.org_id, h.org_id) as org_id, coalesce(i.id, h.invoice_id) as subject,
    format('the ledger''s receivable is %s, due is %s', coalesce(h.receivable, 0), case when i.status = 'draft' then 0 else i.due_minor end) as detail
  from invoice i full join held h on h.org_id = i.org_id and h.invoice_id = i.id
  where i.id is null or (i.status <> 'incomplete' and coalesce(h.receivable, 0) <> case when i.status = 'draft' then 0 else i.due_minor end)
  union all
  select i.org_id, i.id, format('the ledger''s cash is %s, payments less what went back are %s', coalesce(h.cash, 0), coalesce(m.cash, 0))
  from invoice i left join held h on h.org_id = i.org_id and h.invoice_id = i.id
  left join moved m on m.org_id = i.org_id and m.invoice_id = i.id
  where coalesce(h.cash, 0) <> coalesce(m.cash, 0);

-- Money that somebody paid at the provider by hand has no key of ours: only an attempt must have one. A charge of an attempt that had failed, and
-- succeeded at the provider after all, is a payment of its own: its key is that of the attempt.
create or replace view invariant_m7 with (security_invoker = true) as
  select p.org_id, p.invoice_id as subject, format('attempt %s has %s live payments', p.attempt, count(*)) as detail
  from payment p where p.attempt is not null and p.status <> 'failed' group by p.org_id, p.invoice_id, p.attempt having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('%s payments are pending or unknown', count(*))
  from payment p where p.status in ('pending', 'unknown') group by p.org_id, p.invoice_id having count(*) > 1
  union all
  select i.org_id, i.id, format('charged %s of %s', c.minor, i.total_minor)
  from invoice i join (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from payment where status = 'succeeded' and provider is not null
      union all select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2) c
    on c.org_id = i.org_id and c.invoice_id = i.id
  where i.source = 'rated' and c.minor > i.total_minor
  union all
  select c.org_id, c.invoice_id, format('the provider charged %s of %s', c.minor, coalesce(i.total_minor, 0))
  from (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from provider_charge where status = 'succeeded'
      union all select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2) c
  left join invoice i on i.org_id = c.org_id and i.id = c.invoice_id where c.minor > coalesce(i.total_minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s of a provider has no key', p.ref)
  from payment p where p.attempt is not null and p.provider_key is null
  union all
  select c.org_id, c.invoice_id, format('key %s has %s charges', c.provider_key, count(*))
  from provider_charge c where c.status = 'succeeded' and c.provider_key is not null group by c.org_id, c.invoice_id, c.provider, c.provider_key
  having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('payment %s has the key %s, its charge %s', p.ref, p.provider_key, c.provider_key)
  from payment p join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
  where c.provider_key is not null and c.provider_key is distinct from p.provider_key
    and (p.provider_key is not null or not exists (select from payment q
      where q.org_id = p.org_id and q.invoice_id = p.invoice_id and q.provider_key = c.provider_key and q.status = 'failed'));
reset role;
