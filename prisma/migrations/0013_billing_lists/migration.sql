-- What the Billing section pages through, each list by an index in its order. A view says how a table is listed: as whoever asks, and no more.
set role tributary_migrator;

-- Invoices by the day they were issued; drafts, which have none yet, by the day they were begun. A status is listed in a collation of its own, so
-- that no plan of the jobs, which ask for some orgs' drafts or open attempts, can take the lists' index of everybody's.
create view listed_invoice with (security_invoker = true) as
  select org_id, id, source, ref, status collate "C" as status, number, stream, currency, total_minor, paid_minor, due_minor, credited_minor, refunded_minor,
    issued_at, due_at, period_start, period_end, parked_at, version, coalesce(issued_at, created_at) as listed_at
  from invoice;
create index invoice_listed on invoice ((coalesce(issued_at, created_at)) desc, org_id desc, id desc);
create index invoice_listed_by_status on invoice (status collate "C", (coalesce(issued_at, created_at)) desc, org_id desc, id desc);
create index invoice_listed_by_org on invoice (org_id, (coalesce(issued_at, created_at)) desc, id desc);
create index invoice_listed_by_currency on invoice (currency, (coalesce(issued_at, created_at)) desc, org_id desc, id desc);

-- What is due and was due before; whoever asks says before which day.
create view listed_overdue with (security_invoker = true) as
  select org_id, id, source, number, ref, currency, due_minor, due_at, parked_at, version from invoice
  where status = 'open' and due_minor > 0 and due_at is not null;
create index invoice_overdue on invoice (due_at desc, org_id desc, id desc) where status = 'open' and due_minor > 0 and due_at is not null;

create view listed_payment with (security_invoker = true) as
  select org_id, invoice_id || '/' || ref as id, invoice_id, ref, at, status collate "C" as status, coalesce(method = 'credit', false) as is_credit, amount_minor, currency,
    method, provider, failure_code, trigger, attempt
  from payment;
create index payment_listed on payment (at desc, org_id desc, (invoice_id || '/' || ref) desc);
create index payment_listed_by_status on payment (status collate "C", at desc, org_id desc, (invoice_id || '/' || ref) desc);
create index payment_listed_credit on payment (at desc, org_id desc, (invoice_id || '/' || ref) desc) where coalesce(method = 'credit', false);

create view listed_credit with (security_invoker = true) as
  select b.org_id, b.org_id as id, o.created_at, b.granted, b.used, b.expired, b.remaining, b.overage, b.computed_at
  from credit_balance b join org o on o.id = b.org_id;

-- The matrix of reconciliation as it was found last: reading both sides of all orgs is work for a night.
create table reconciliation_cell (
  org_id text not null references org (id) on delete restrict on update cascade,
  month_at timestamptz(3) not null,
  cell text not null,
  stream text not null,
  currency text not null,
  expected_minor bigint not null,
  invoiced_minor bigint not null,
  paid_minor bigint not null,
  credited_minor bigint not null,
  gap_minor bigint not null,
  -- How many rows differ, and the first of them.
  differing integer not null,
  differences jsonb not null,
  primary key (org_id, month_at, cell)
);
create index reconciliation_cell_listed on reconciliation_cell (month_at desc, org_id desc, cell desc);
create index reconciliation_cell_by_stream on reconciliation_cell (stream, month_at desc, org_id desc, cell desc);
create index reconciliation_cell_gaps on reconciliation_cell (month_at desc, org_id desc, cell desc) where differing > 0;
alter table reconciliation_cell enable row level security;
alter table reconciliation_cell force row level security;
create policy owner_functions on reconciliation_cell to tributary_migrator using (true) with check (true);
create policy own_sets on reconciliation_cell to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on reconciliation_cell for select to tributary_portal using (true);
create policy verify on reconciliation_cell for select to tributary_verifier using (true);
grant select, insert, update, delete on reconciliation_cell to tributary_worker;
grant select on reconciliation_cell to tributary_portal, tributary_verifier;

create function due_for_reconciliation() returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select o.id from org o order by 1
$$;
revoke execute on function due_for_reconciliation() from public;
grant execute on function due_for_reconciliation() to tributary_worker;

-- Staff hold a case for good or until an instant, after which slots look at it again.
alter table dunning_case add column paused_until timestamptz(3);
create or replace function due_for_collection(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select i.org_id || ':' || i.id from invoice i join org_billing b on b.org_id = i.org_id
  where i.source = 'rated' and i.status = 'open' and i.due_at <= slot_at and i.due_minor > 0 and i.parked_at is null and b.parked_at is null
    and not exists (select from dunning_case c where c.org_id = i.org_id and c.invoice_id = i.id)
    and not exists (select from payment p where p.org_id = i.org_id and p.invoice_id = i.id and p.status in ('pending', 'unknown'))
    and not (b.payment_token is null
      and exists (select from collection_wait w where w.org_id = i.org_id and w.invoice_id = i.id and w.reason = 'no_method'))
  union
  select c.org_id || ':' || c.invoice_id from dunning_case c join org_billing b on b.org_id = c.org_id
    join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
  where c.next_at <= slot_at and c.closed_at is null and (c.paused_at is null or c.paused_until <= slot_at)
    and (c.state = 'retrying' or c.has_new_method) and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
  order by 1
$$;
create or replace function due_for_expiry(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.org_id || ':' || c.invoice_id from dunning_case c join org_billing b on b.org_id = c.org_id
    join invoice i on i.org_id = c.org_id and i.id = c.invoice_id
  where c.next_at <= slot_at and c.closed_at is null and (c.paused_at is null or c.paused_until <= slot_at)
    and c.state = 'exhausted' and not c.has_new_method and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
  order by 1
$$;
grant select on listed_invoice, listed_overdue, listed_payment, listed_credit to tributary_portal;
reset role;
