-- An invoice of our own that was opened is a document: no line comes onto it, and what it says of itself stays. One question for a whole set of lines,
-- by the invoices' keys; lines of reported invoices, which change with their events, ask nothing.
set role tributary_migrator;
create function refuse_lines() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  finished text;
begin
  select i.id into finished
    from (select distinct t.org_id, t.invoice_id from told t where t.source_key <> 'reported') n
    join invoice i on i.org_id = n.org_id and i.id = n.invoice_id
    where i.status <> 'draft' limit 1;
  if found then
    raise exception 'invoice % is not a draft: it takes no line', finished using errcode = '42501';
  end if;
  return null;
end $$;
create trigger only_on_drafts after insert on invoice_line referencing new table as told for each statement
  when (current_user = 'tributary_worker') execute function refuse_lines();

create function refuse_header() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  raise exception 'invoice % is not a draft: what it says stays', old.id using errcode = '42501';
end $$;
create trigger finished_stays before update on invoice for each row
  when (old.source = 'rated' and old.status <> 'draft' and current_user = 'tributary_worker' and (
    new.status in ('draft', 'incomplete') or (new.org_id, new.id, new.source, new.ref, new.number, new.currency, new.subtotal_minor, new.discount_minor,
      new.tax_minor, new.total_minor, new.issued_at, new.due_at, new.period_start, new.period_end)
    is distinct from (old.org_id, old.id, old.source, old.ref, old.number, old.currency, old.subtotal_minor, old.discount_minor,
      old.tax_minor, old.total_minor, old.issued_at, old.due_at, old.period_start, old.period_end)))
  execute function refuse_header();
revoke execute on function refuse_lines(), refuse_header() from public;

-- A method that came while an attempt of an ended case was not known is tried once its truth is. Only a case that is open, or waits so, has a next day.
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
  where c.next_at <= slot_at and (c.closed_at is null or c.state = 'ended') and (c.paused_at is null or c.paused_until <= slot_at)
    and (c.state = 'retrying' or c.has_new_method) and i.parked_at is null and b.parked_at is null
    and not exists (select from payment p where p.org_id = c.org_id and p.invoice_id = c.invoice_id and p.status in ('pending', 'unknown'))
  order by 1
$$;

alter table collection_wait drop constraint collection_wait_reason_check,
  add constraint collection_wait_reason check (reason in ('no_method', 'charge_unexplained', 'amount_not_chargeable'));
reset role;
