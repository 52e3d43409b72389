-- Which orgs changed since they were reconciled: a night reads both sides of these and of no others. Whatever takes the marks of rating and of
-- figures leaves one here, so that nothing is added to where rows come in; several of one org are one.
set role tributary_migrator;
create table reconciliation_mark (
  org_id text not null,
  id bigint generated always as identity,
  primary key (org_id, id)
);
alter table reconciliation_mark set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table reconciliation_mark enable row level security;
alter table reconciliation_mark force row level security;
create policy owner_functions on reconciliation_mark to tributary_migrator using (true) with check (true);
create policy own_sets on reconciliation_mark to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on reconciliation_mark for select to tributary_portal using (true);
create policy verify on reconciliation_mark for select to tributary_verifier using (true);
grant select, insert, delete on reconciliation_mark to tributary_worker;
grant select on reconciliation_mark to tributary_portal, tributary_verifier;

-- Rating writes new lines, and marks its orgs itself. A line that is changed or taken away is nobody's work: it has to be found.
create function mark_lines() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into reconciliation_mark (org_id) select distinct org_id from told;
  return null;
end $$;
create trigger reconciles_changed after update on invoice_line referencing new table as told for each statement execute function mark_lines();
create trigger reconciles_gone after delete on invoice_line referencing old table as told for each statement execute function mark_lines();

-- By force, all. Marks of figures that are not taken yet say of changes too.
drop function due_for_reconciliation();
create function due_for_reconciliation(is_forced boolean)
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  with recursive marked as (
    select (select min(m.org_id) from reconciliation_mark m) as org_id
    union all
    select (select min(m.org_id) from reconciliation_mark m where m.org_id > k.org_id) from marked k where k.org_id is not null)
  select k.org_id from marked k where k.org_id is not null
  union
  select o.org_id from marked_org o
  union
  select o.id from org o where is_forced
  order by 1
$$;
revoke execute on function mark_lines(), due_for_reconciliation(boolean) from public;
grant execute on function due_for_reconciliation(boolean) to tributary_worker;

insert into reconciliation_mark (org_id) select id from org;
reset role;
