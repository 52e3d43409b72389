-- What must always hold, as views of what violates it: no rows, all is well. Each has (org_id, subject, detail).
-- `app.pending_age_max` and `app.held_age_max` are the ages past which waiting and holding are violations; '0' once all has come to rest.
set role tributary_migrator;

create function app_age_max(setting text, otherwise interval) returns interval language sql stable parallel safe
  as $$ select coalesce(nullif(current_setting(setting, true), '')::interval, otherwise) $$;

create view invariant_e3 with (security_invoker = true) as
  select p.org_id, p.event_id as subject, format('accepted %s ago, not decided%s', now() - p.received_at, case when p.isolated_at is null then '' else ', isolated' end) as detail
  from event_pending p where p.received_at <= now() - app_age_max('app.pending_age_max', '5 minutes');
comment on view invariant_e3 is 'Nothing accepted is stuck';

create view invariant_e4 with (security_invoker = true) as
  with applied as (
    select e.org_id, e.entity_kind as kind, e.entity_id as id, count(*) filter (where v.status = 'applied') as times
    from event e join event_verdict v on v.org_id = e.org_id and v.event_id = e.id
    where e.entity_kind is not null group by 1, 2, 3),
  booked as (
    select org_id, 'lead' as kind, id, version from lead
    union all select org_id, 'subscription', id, version from subscription
    union all select org_id, 'addon', id, version from addon_purchase
    union all select org_id, 'incident', id, version from incident
    union all select org_id, 'invoice', ref, version from invoice where source = 'reported'
    union all select org_id, 'ai_usage', id, version from ai_usage_event
    union all select org_id, 'credit_grant', id, version from credit_grant where source = 'purchase'
    union all select org_id, 'evaluation', id, version from evaluation_run),
  reported as (
    select e.org_id, e.id as event_id, coalesce(r.row_index - 1, 0) as row_index, coalesce(r.data, e.body::json -> 'data') ->> 'id' as row_id
    from event e join event_verdict v on v.org_id = e.org_id and v.event_id = e.id and v.status = 'applied'
    left join lateral json_array_elements(case when e.type = 'usage.batch' then e.body::json end) with ordinality as r(data, row_index) on true
    where e.type in ('usage.batch', 'usage.reported'))
  select coalesce(a.org_id, b.org_id) as org_id, coalesce(a.kind, b.kind) || '/' || coalesce(a.id, b.id) as subject,
    format('%s events applied, the row counts %s', coalesce(a.times, 0), coalesce(b.version, 0)) as detail
  from applied a full join booked b on b.org_id = a.org_id and b.kind = a.kind and b.id = a.id
  where coalesce(a.times, 0) <> coalesce(b.version, 0)
  union all
  select r.org_id, r.event_id, format('row %s of usage was applied and is not in the books', r.row_index)
  from reported r
  where not exists (select 1 from usage_meter u where u.org_id = r.org_id and u.event_id = r.event_id and u.row_index = r.row_index)
    and (r.row_id is null or not exists (select 1 from usage_meter u where u.org_id = r.org_id and u.row_id = r.row_id))
  union all
  select u.org_id, u.event_id, format('row %s of usage is in the books of an event that is not applied', u.row_index)
  from usage_meter u left join event_verdict v on v.org_id = u.org_id and v.event_id = u.event_id
  where v.status is distinct from 'applied';
comment on view invariant_e4 is 'Every applied event changed its row once, and nothing else did';

create view invariant_e5 with (security_invoker = true) as
  select coalesce(v.org_id, a.org_id) as org_id, coalesce(v.event_id, a.event_id) as subject,
    case when v.event_id is null then 'an Activity of an event that is not applied' else format('applied with %s Activities', coalesce(a.times, 0)) end as detail
  from (select org_id, event_id from event_verdict where status = 'applied') v
  full join (select org_id, event_id, count(*) as times from activity group by 1, 2) a on a.org_id = v.org_id and a.event_id = v.event_id
  where v.event_id is null or coalesce(a.times, 0) <> 1;
comment on view invariant_e5 is 'The timeline has each applied event once, and no other';

create view invariant_e6 with (security_invoker = true) as
  select coalesce(v.org_id, a.org_id) as org_id, coalesce(v.event_id, a.event_id) as subject,
    format('%s verdicts, the last %s; %s audit entries, the last %s', coalesce(v.verdicts, 0), v.status, coalesce(a.times, 0), a.last) as detail
  from event_verdict v
  full join (select org_id, event_id, count(*) as times, (array_agg(action order by verdict desc))[1] as last
    from audit_log where event_id is not null and verdict is not null group by 1, 2) a on a.org_id = v.org_id and a.event_id = v.event_id
  where coalesce(a.times, 0) <> coalesce(v.verdicts, 0) or a.last is distinct from 'event.' || v.status;
comment on view invariant_e6 is 'Every verdict has its one audit entry';

create view invariant_e7 with (security_invoker = true) as
  with chain as (
    select l.*, lag(l.hash, 1, sha256(convert_to(l.org_id, 'UTF8'))) over w as hash_before, row_number() over w as place
    from audit_log l window w as (partition by l.org_id order by l.seq))
  select org_id, seq::text as subject, 'the chain breaks here' as detail from chain
  where seq <> place or prev_hash <> hash_before
    or hash <> audit_hash(prev_hash, org_id, seq, at, actor_type, actor, action, subject, event_id, verdict, outcome, detail)
  union all
  select h.org_id, h.seq::text, 'the head is not the end of the chain'
  from audit_head h left join lateral (select l.seq, l.hash from audit_log l where l.org_id = h.org_id order by l.seq desc limit 1) l on true
  where h.seq <> coalesce(l.seq, 0) or h.hash <> coalesce(l.hash, sha256(convert_to(h.org_id, 'UTF8')))
  union all
  select l.org_id, max(l.seq)::text, 'a chain without a head' from audit_log l
  where not exists (select 1 from audit_head h where h.org_id = l.org_id) group by l.org_id;
comment on view invariant_e7 is 'Each audit chain is whole, without a gap or a fork';

create view invariant_a1 with (security_invoker = true) as
  select null::text as org_id, c.relname::text as subject, 'row-level security is off, not forced, or without a policy' as detail
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and (c.relname = 'org' or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped))
    and not (c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p where p.polrelid = c.oid));
comment on view invariant_a1 is 'Isolation is switched on for every table with a tenant';

create view invariant_a2 with (security_invoker = true) as
  select null::text as org_id, r.rolname::text as subject, 'a runtime role can step round row-level security' as detail
  from pg_roles r
  where r.rolname in ('tributary_gateway', 'tributary_worker', 'tributary_portal', 'tributary_verifier')
    and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb
      or exists (select 1 from pg_class c where c.relnamespace = 'public'::regnamespace and pg_has_role(r.oid, c.relowner, 'member')));
comment on view invariant_a2 is 'No runtime role is a superuser, an owner or a member of one';

create view invariant_c1 with (security_invoker = true) as
  select null::text as org_id, a.pid::text as subject, format('%s: idle in transaction for %s', a.application_name, now() - a.state_change) as detail
  from pg_stat_activity a
  where a.datname = current_database() and a.state like 'idle in transaction%'
    and a.state_change <= now() - app_age_max('app.held_age_max', '10 seconds')
  union all
  select null, l.pid::text, format('%s: holds an advisory lock for %s', a.application_name, now() - a.xact_start)
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and a.datname = current_database()
    and coalesce(a.xact_start, a.query_start) <= now() - app_age_max('app.held_age_max', '10 seconds');
comment on view invariant_c1 is 'No session holds a transaction or a lock';

grant select on invariant_e3, invariant_e4, invariant_e5, invariant_e6, invariant_e7, invariant_a1, invariant_a2, invariant_c1 to tributary_verifier;
reset role;
