-- What staff do about the use of AI: raise an organisation's limit for a month, acknowledge an alert, mute a month's.
set role tributary_migrator;

-- The credits that a month has in place of the plan's allowance. Written by an order of staff alone.
create table org_ai_limit (
  org_id text not null references org (id) on delete restrict on update cascade,
  month date not null,
  credits numeric(38,9) not null check (credits > 0),
  command_id uuid not null,
  set_by text not null,
  set_at timestamptz(3) not null,
  primary key (org_id, month)
);
create table ai_mute (
  org_id text not null references org (id) on delete restrict on update cascade,
  month date not null,
  muted_by text not null,
  muted_at timestamptz(3) not null,
  primary key (org_id, month)
);
do $$
declare
  name text;
begin
  foreach name in array array['org_ai_limit', 'ai_mute'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy owner_functions on %I to tributary_migrator using (true) with check (true)', name);
    execute format('create policy own_sets on %I to tributary_worker using (org_id in (select unnest(app_tenants())))
      with check (org_id in (select unnest(app_tenants())))', name);
    execute format('create policy staff_read on %I for select to tributary_portal using (true)', name);
    execute format('create policy verify on %I for select to tributary_verifier using (true)', name);
    execute format('grant select on %I to tributary_worker, tributary_portal, tributary_verifier', name);
  end loop;
end $$;
grant insert, update on org_ai_limit to tributary_worker;
create policy staff_mutes on ai_mute for insert to tributary_portal with check (true);
create policy staff_unmutes on ai_mute for delete to tributary_portal using (true);
grant insert, delete on ai_mute to tributary_portal;

alter table ai_alert add column notified_at timestamptz(3), add column acknowledged_at timestamptz(3), add column acknowledged_by text;
grant update (notified_at) on ai_alert to tributary_worker;
create policy staff_acknowledges on ai_alert for update to tributary_portal using (true) with check (true);
grant update (acknowledged_at, acknowledged_by) on ai_alert to tributary_portal;
create index ai_alert_listed on ai_alert (month desc, level desc, org_id);
create index ai_usage_event_by_model on ai_usage_event (model, used_at desc, org_id desc, id desc);
reset role;
