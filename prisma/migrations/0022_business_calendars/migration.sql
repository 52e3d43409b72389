-- Business hours of organisations for the clocks of their incidents; alerts of AI that are told; results of replays that changed later.
set role tributary_migrator;

-- The zone, the weekly hours and the holidays; without it the clocks run always.
alter table org_billing add column business_hours jsonb;

-- What is fired and told nobody yet, as "org:month:level". Of months long past nobody is told any more.
create index ai_alert_untold on ai_alert (month, org_id, level) where notified_at is null;
create function due_for_alert_notices(slot_at timestamptz)
returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select a.org_id || ':' || a.month || ':' || a.level from ai_alert a
  where a.notified_at is null and a.month >= date_trunc('month', slot_at at time zone 'UTC' - interval '1 month')
    and not exists (select from ai_mute m where m.org_id = a.org_id and m.month = a.month)
  order by 1
$$;
revoke execute on function due_for_alert_notices(timestamptz) from public;
grant execute on function due_for_alert_notices(timestamptz) to tributary_worker;

-- An event that was rejected again while another of its thing still waited may be applied with it: the item says what stands at last.
drop index replay_item_open;
create index replay_item_open on replay_item (run_id, state, org_id, event_id) where state in ('chosen', 'eligible', 'ordered', 'rejected');
create or replace function settle_replay(run uuid) returns integer language plpgsql security definer set search_path = pg_catalog, public
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  waiting integer;
begin
  update replay_item i set state = v.status, code = v.rejection_code
  from event_verdict v
  where i.run_id = run and i.state in ('ordered', 'rejected') and v.org_id = i.org_id and v.event_id = i.event_id
    and (i.state, i.code) is distinct from (v.status, v.rejection_code)
    and not exists (select 1 from event_pending p where p.org_id = i.org_id and p.event_id = i.event_id);
  update replay_run set touched_at = clock_timestamp() where id = run;
  select count(*) into waiting from replay_item i where i.run_id = run and i.state = 'ordered';
  return waiting;
end $$;
reset role;
