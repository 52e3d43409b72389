-- What staff do with leads: their own steps stand beside what the tenant's events tell, and leave a trace as events do.
set role tributary_migrator;

-- A step of staff stands as long as no event tells of a conversion, whatever is folded again.
alter table lead add column staff_status text check (staff_status in ('contacted', 'qualified', 'disqualified')),
  add column contacted_at timestamptz(3), add column qualified_at timestamptz(3),
  add column disqualified_at timestamptz(3), add column disqualified_reason text;
create function keep_staff_status() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.status := new.staff_status;
  return new;
end $$;
create trigger keep_staff_status before insert or update on lead for each row
  when (new.status = 'new' and new.staff_status is not null) execute function keep_staff_status();

-- The Activities of what staff ordered, as `activity` has those of events.
create table command_activity (
  org_id text not null,
  command_id uuid not null,
  entity_kind text not null,
  entity_id text not null,
  action text not null,
  occurred_at timestamptz(3) not null,
  actor text not null,
  primary key (org_id, command_id, entity_kind, entity_id, action),
  foreign key (org_id, command_id) references staff_command (org_id, id) on delete restrict on update cascade
);
create index command_activity_of_entity on command_activity (org_id, entity_kind, entity_id, occurred_at desc);
alter table command_activity enable row level security;
alter table command_activity force row level security;
create policy owner_functions on command_activity to tributary_migrator using (true) with check (true);
create policy own_sets on command_activity to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on command_activity for select to tributary_portal using (true);
create policy verify on command_activity for select to tributary_verifier using (true);
grant select, insert on command_activity to tributary_worker;
grant select on command_activity to tributary_portal, tributary_verifier;
create trigger append_only before update or delete on command_activity for each row execute function refuse_change();

-- How many minor units a whole unit of a currency has, as domain/currencies.ts says: values of leads are searched in whole units.
create function minor_per_major(currency text) returns integer language sql immutable parallel safe as $$
  select case
    when currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 1
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 1000
    when currency in ('CLF', 'UYW') then 10000
    else 100 end
$$;
create index lead_by_value on lead ((value_minor::numeric / minor_per_major(currency)));

reset role;
