-- What was paid after its case ended is closed by that payment: what is due again of it later is collected anew.
set role tributary_migrator;
update dunning_case c set closed_by = 'paid' from invoice i
  where c.state = 'ended' and c.closed_by is null and i.org_id = c.org_id and i.id = c.invoice_id and i.status = 'paid';

-- Why a refund failed, or what one that is under way waits for.
alter table refund add column code text;

-- Whether accepted events are being worked on. What threw waits for staff, or has a run of its own: it is no work that jobs and files
-- should make room for.
create function events_under_way() returns boolean language sql stable security definer set search_path = pg_catalog, public as $$
  select exists (select from (select isolated_at from event_pending limit 10000) p where p.isolated_at is null)
$$;
revoke execute on function events_under_way() from public;
grant execute on function events_under_way() to tributary_worker, tributary_portal;
reset role;
