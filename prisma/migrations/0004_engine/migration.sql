-- What drives accepted events: the sweeper's claim, the size of the backlog, verdicts for those who wait, and what the verbs leave behind.
set role tributary_migrator;

-- Claims what waits past its time, oldest first, whoever the tenants are: ids only. Each claim doubles the wait, from 10 s up to 1 h.
-- Rows that somebody is deciding are locked and passed over. The plan must reach rows by key, whatever the size of the queue was yesterday.
create function claim_stalled_events(page integer)
returns table (org_id text, event_id text, type text, is_isolated boolean, redeliveries integer)
language sql volatile security definer set search_path = pg_catalog, public set enable_seqscan = off set enable_hashjoin = off
set enable_mergejoin = off as $$
  with due as materialized (
    select p.org_id, p.event_id from event_pending p where p.sweep_after <= now() order by p.sweep_after limit page for update skip locked)
  update event_pending p
  set sweeps = least(p.sweeps + 1, 100),
    sweep_after = clock_timestamp() + least(interval '5 seconds' * power(2, least(p.sweeps + 1, 10)), interval '1 hour')
  from due join event e on e.org_id = due.org_id and e.id = due.event_id
  where p.org_id = due.org_id and p.event_id = due.event_id
  returning p.org_id, p.event_id, e.type, p.isolated_at is not null, p.redeliveries::integer
$$;
revoke execute on function claim_stalled_events(integer) from public;
grant execute on function claim_stalled_events(integer) to tributary_gateway, tributary_worker;

-- How much waits: what is older than 30 s, what threw and waits for a run of its own or for staff, and since when the oldest waits.
-- Looks at no more than `bound` rows; of a longer queue this is what they say.
create function accepted_backlog(bound integer)
returns table (old_count integer, isolated_count integer, oldest_ms double precision)
language sql stable security definer set search_path = pg_catalog, public as $$
  select (count(*) filter (where p.received_at < now() - interval '30 seconds'))::integer,
    (count(*) filter (where p.isolated_at is not null))::integer,
    extract(epoch from min(p.received_at))::double precision * 1000
  from (select received_at, isolated_at from event_pending limit bound) p
$$;
revoke execute on function accepted_backlog(integer) from public;
grant execute on function accepted_backlog(integer) to tributary_gateway, tributary_worker;

-- Which of these events are decided, for requests that wait. Runs with the caller's rights, for the tenants named here.
create function decided_events(tenants text[], wanted text[])
returns table (org_id text, event_id text, status text)
language plpgsql set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  perform set_config('app.tenants', tenants::text, true);
  return query
    select v.org_id, v.event_id, v.status
    from unnest(tenants, wanted) as w (org_id, event_id)
    join event_verdict v on v.org_id = w.org_id and v.event_id = w.event_id
    where not exists (select 1 from event_pending p where p.org_id = w.org_id and p.event_id = w.event_id);
end $$;
revoke execute on function decided_events(text[], text[]) from public;
grant execute on function decided_events(text[], text[]) to tributary_gateway, tributary_worker;

-- The state of an event, for whoever gives a command about it.
grant execute on function event_state(text, text) to tributary_worker, tributary_portal;

-- Writes down who does what to the run of an event and why, before it is done.
create function record_event_command(tenant text, wanted text, verb text, actor_type text, actor text, reason text, workflow_id text, run_id text)
returns void language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform set_config('app.tenants', array[tenant]::text, true);
  perform append_audit(json_build_array(json_build_object('org_id', tenant, 'actor_type', actor_type, 'actor', actor,
    'action', 'event.' || verb, 'subject', 'event/' || wanted, 'event_id', wanted,
    'detail', json_build_object('reason', reason, 'workflowId', workflow_id, 'runId', run_id))));
end $$;
revoke execute on function record_event_command(text, text, text, text, text, text, text, text) from public;
grant execute on function record_event_command(text, text, text, text, text, text, text, text) to tributary_worker, tributary_portal;

-- Puts a rejected event back into the queue, or counts up one that still waits although its run is over; returns the number of the redelivery,
-- or nothing when the event is applied, unknown, or was put back by somebody else meanwhile. The audit trail counts: it is never rolled back.
create function redeliver_event(tenant text, wanted text, seen_redeliveries integer, actor_type text, actor text, reason text)
returns integer language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  waiting event_pending;
  number smallint;
begin
  perform set_config('app.tenants', array[tenant]::text, true);
  select * into waiting from event_pending p where p.org_id = tenant and p.event_id = wanted for update;
  if found and waiting.redeliveries is distinct from seen_redeliveries then
    return null;
  end if;
  if not found and (seen_redeliveries is not null or not exists (
    select 1 from event_verdict v where v.org_id = tenant and v.event_id = wanted and v.status = 'rejected' for update)) then
    return null;
  end if;
  select 1 + count(*) into number from audit_log l where l.org_id = tenant and l.event_id = wanted and l.action = 'event.redelivered';
  if seen_redeliveries is null then
    insert into event_pending (org_id, event_id, received_at, sweep_after, redeliveries)
    select e.org_id, e.id, clock_timestamp(), clock_timestamp() + interval '5 seconds', number
    from event e where e.org_id = tenant and e.id = wanted on conflict do nothing;
    if not found then
      return null;
    end if;
  else
    update event_pending p set redeliveries = number, sweeps = 0, sweep_after = clock_timestamp() + interval '5 seconds'
    where p.org_id = tenant and p.event_id = wanted;
  end if;
  perform append_audit(json_build_array(json_build_object('org_id', tenant, 'actor_type', actor_type, 'actor', actor,
    'action', 'event.redelivered', 'subject', 'event/' || wanted, 'event_id', wanted,
    'detail', json_build_object('reason', reason, 'redelivery', number))));
  return number;
end $$;
revoke execute on function redeliver_event(text, text, integer, text, text, text) from public;
grant execute on function redeliver_event(text, text, integer, text, text, text) to tributary_worker, tributary_portal;
reset role;
