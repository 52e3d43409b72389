-- Credit that was not there after all is due again, also on an invoice whose case a payment closed: it is collected anew, and a failure opens
-- another case.
set role tributary_migrator;
create or replace function due_for_collection(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select i.org_id || ':' || i.id from invoice i join org_billing b on b.org_id = i.org_id
  where i.source = 'rated' and i.status = 'open' and i.due_at <= slot_at and i.due_minor > 0 and i.parked_at is null and b.parked_at is null
    and not exists (select from dunning_case c where c.org_id = i.org_id and c.invoice_id = i.id and c.closed_by is distinct from 'paid')
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
reset role;
