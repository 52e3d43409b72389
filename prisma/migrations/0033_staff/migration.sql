-- The portal's login writes no session, no member and no audit entry by itself any more: it names a session, and whose it is is found out here.
-- What it says of the outside (a password that was right, what the environment lists) nobody else can know; but each such word leaves an entry.
-- Instants are told by the portal, whose clock sessions have.
set role tributary_migrator;

create function staff_has_factor(member uuid) returns boolean language sql stable set search_path = pg_catalog, public as $$
  select exists (select from staff_member m where m.id = member and m.totp_secret_enc is not null)
    or exists (select from staff_passkey p where p.staff_id = member)
$$;

-- Whose session it is: not revoked, whole, of a member who is not disabled.
create function staff_of_session(session uuid) returns staff_member language plpgsql stable set search_path = pg_catalog, public as $$
declare
  member staff_member;
begin
  select m.* into member from staff_session s join staff_member m on m.id = s.staff_id
  where s.id = session and s.revoked_at is null and m.disabled_at is null and (s.auth_level = 2 or not staff_has_factor(m.id));
  if not found then
    raise exception 'staff: the session has ended' using errcode = '28000';
  end if;
  return member;
end $$;

create function append_staff_entry(actor text, action text, member uuid, outcome text, detail json) returns void
language sql volatile set search_path = pg_catalog, public as $$
  select append_audit(json_build_array(json_build_object('org_id', '_provider', 'actor_type', 'staff', 'actor', actor, 'action', action,
    'subject', 'staff:' || coalesce(member::text, 'unknown'), 'outcome', outcome, 'detail', detail)))
$$;

-- What a member does, in their name. What becomes of sessions and members is written by the functions below and by nothing else.
create function append_as_staff(session uuid, entries json) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  member staff_member;
begin
  -- A file that was begun is told of also when its session has ended meanwhile.
  if not exists (select from json_to_recordset(entries) as e(action text) where e.action is distinct from 'export.made') then
    select m.* into member from staff_session s join staff_member m on m.id = s.staff_id where s.id = session;
  else
    member := staff_of_session(session);
  end if;
  if exists (select from json_to_recordset(entries) as e(action text) where e.action in ('staff.sign_in', 'staff.first_step', 'staff.second_step',
    'staff.step_up', 'staff.sign_out', 'staff.session_revoked', 'staff.added', 'staff.changed', 'staff.disabled')) then
    raise exception 'audit: that is written by what does it' using errcode = '42501';
  end if;
  perform append_audit((
    select json_agg(json_build_object('org_id', e.org_id, 'actor_type', 'staff', 'actor', member.email, 'action', e.action, 'subject', e.subject,
      'outcome', e.outcome, 'detail', e.detail) order by e.place)
    from rows from (json_to_recordset(entries) as (org_id text, action text, subject text, outcome text, detail json))
      with ordinality as e(org_id, action, subject, outcome, detail, place)));
end $$;

-- Somebody tried to sign in as a member, or as nobody who is known.
create function note_failed_sign_in(member uuid, detail json) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  select append_staff_entry(coalesce((select m.email from staff_member m where m.id = member), 'unknown'), 'staff.sign_in', member, 'failed',
    detail)
$$;

-- A session of a member who is not disabled, for 12 hours, ending after 30 minutes without a request; where a second factor is still to come, for
-- 10 minutes. True for one that waits for it.
create function open_staff_session(session uuid, member uuid, token bytea, level smallint, at timestamptz, proved_at timestamptz, address text,
  agent text, id_token bytea, detail json)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  has_factor constant boolean := staff_has_factor(member);
  is_pending constant boolean := has_factor and level = 1;
  email text;
begin
  select m.email into email from staff_member m where m.id = member and m.disabled_at is null for share;
  if not found or level = 2 and not has_factor then
    raise exception 'staff: no session for this member' using errcode = '28000';
  end if;
  insert into staff_session (id, staff_id, token_sha256, auth_level, created_at, last_seen_at, idle_expires_at, expires_at, ip, user_agent,
    reauth_at, id_token_enc)
  values (session, member, token, level, at, at, at + case when is_pending then interval '10 minutes' else interval '30 minutes' end,
    at + case when is_pending then interval '10 minutes' else interval '12 hours' end, address, agent, least(proved_at, at), id_token);
  perform append_staff_entry(email, case when is_pending then 'staff.first_step' else 'staff.sign_in' end, member, 'ok', detail);
  return is_pending;
end $$;

-- A session by which it was proved, or was to be proved, who is there. It waits for its second step as long as it lives no longer than one may.
create function session_to_prove(session uuid, out member uuid, out email text, out level smallint, out is_first boolean, out ends_at timestamptz)
language sql volatile set search_path = pg_catalog, public as $$
  select m.id, m.email, s.auth_level, s.expires_at <= s.created_at + interval '10 minutes', least(s.idle_expires_at, s.expires_at)
  from staff_session s join staff_member m on m.id = s.staff_id
  where s.id = session and s.revoked_at is null and m.disabled_at is null for update of s
$$;

create function note_failed_proof(session uuid, detail json) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  asked record;
begin
  select * into asked from session_to_prove(session);
  perform append_staff_entry(coalesce(asked.email, 'unknown'), case when asked.is_first then 'staff.second_step' else 'staff.step_up' end,
    asked.member, 'failed', detail);
end $$;

-- The token before is void from now on. A password proves only who has nothing else; a session that has ended stays so. False where it has.
create function prove_staff_session(session uuid, token bytea, level smallint, at timestamptz, detail json)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  asked record;
begin
  select * into asked from session_to_prove(session);
  if asked.member is null or asked.ends_at <= at or (level = 1) = staff_has_factor(asked.member) then
    return false;
  end if;
  update staff_session s set token_sha256 = token, auth_level = greatest(s.auth_level, level), reauth_at = at, last_seen_at = at,
    expires_at = case when asked.is_first then at + interval '12 hours' else s.expires_at end,
    idle_expires_at = least(at + interval '30 minutes', case when asked.is_first then at + interval '12 hours' else s.expires_at end)
  where s.id = session;
  perform append_staff_entry(asked.email, case when asked.is_first then 'staff.second_step' else 'staff.step_up' end, asked.member, 'ok', detail);
  return true;
end $$;

-- A request of a session that has not ended.
create function touch_staff_session(session uuid, at timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, public as $$
  update staff_session s set last_seen_at = at, idle_expires_at = least(at + interval '30 minutes', s.expires_at)
  where s.id = session and s.revoked_at is null and at >= s.last_seen_at and at < least(s.idle_expires_at, s.expires_at)
$$;

-- The session's own end, also before its second step. Whether there was one to end, and what an identity provider vouched with, sealed.
create function sign_out_staff(session uuid, at timestamptz, out has_ended boolean, out id_token bytea)
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  ended record;
begin
  update staff_session s set revoked_at = at from staff_member m where s.id = session and s.revoked_at is null and m.id = s.staff_id
  returning m.id, m.email, s.id_token_enc into ended;
  has_ended := found;
  if has_ended then
    id_token := ended.id_token_enc;
    perform append_staff_entry(ended.email, 'staff.sign_out', ended.id, 'ok', '{}');
  end if;
end $$;

-- Ends the open sessions of a member: one, or all but perhaps one. One's own, or with the right over staff anybody's; each is an entry.
create function revoke_staff_sessions(session uuid, member uuid, only_this uuid, not_this uuid, reason text, at timestamptz)
returns integer language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  by_whom constant staff_member := staff_of_session(session);
  ended uuid;
  number integer := 0;
begin
  if by_whom.id <> member and not 'provider' = any (by_whom.roles) then
    raise exception 'staff: sessions of others are ended by providers' using errcode = '42501';
  end if;
  for ended in
    update staff_session s set revoked_at = at
    where s.staff_id = member and s.revoked_at is null and s.expires_at > at and s.idle_expires_at > at
      and (only_this is null or s.id = only_this) and s.id is distinct from not_this returning s.id
  loop
    number := number + 1;
    perform append_staff_entry(by_whom.email, 'staff.session_revoked', member, 'ok',
      json_strip_nulls(json_build_object('session', ended, 'reason', reason)));
  end loop;
  return number;
end $$;

-- A member who has a second factor from now on: what one factor opened elsewhere ends.
create function end_one_factor_sessions(session uuid, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  member constant uuid := (staff_of_session(session)).id;
begin
  update staff_session s set revoked_at = at
  where s.staff_id = member and s.id <> session and s.auth_level = 1 and s.revoked_at is null and staff_has_factor(member);
end $$;

-- Makes the members of the environment what it lists, by e-mail. Who is missing there is disabled; sessions end of those, and of whose password is
-- another than `hashes` has.
create function seed_staff(members json, hashes json, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  entries json;
begin
  -- Several portals may boot at once.
  perform pg_advisory_xact_lock(hashtextextended('staff seed', 0));
  update staff_session s set revoked_at = now()
  from json_to_recordset(hashes) as told (email text, password_hash text) join staff_member m on m.email = told.email
  where m.id = s.staff_id and m.password_hash is distinct from told.password_hash and s.revoked_at is null;
  with told as (select * from json_to_recordset(members) as (id uuid, email text, name text, roles text[], password_hash text)),
  written as (
    insert into staff_member as s (id, email, name, roles, password_hash, source)
    select t.id, t.email, t.name, t.roles, t.password_hash, 'env' from told t
    on conflict (email) do update set name = excluded.name, roles = excluded.roles, password_hash = excluded.password_hash,
      disabled_at = null, source = 'env', updated_at = now()
    where (s.name, s.roles, s.password_hash, s.disabled_at, s.source) is distinct from
      (excluded.name, excluded.roles, excluded.password_hash, null, 'env')
    returning s.id, s.roles, s.xmax = 0 as is_new),
  removed as (
    update staff_member m set disabled_at = now(), updated_at = now()
    where m.source = 'env' and m.disabled_at is null and m.email not in (select t.email from told t) returning m.id),
  told_of as (
    select 1 as part, w.id, case when w.is_new then 'staff.added' else 'staff.changed' end as action, json_build_object('roles', w.roles) as detail
    from written w
    union all select 2, r.id, 'staff.disabled', '{}' from removed r)
  select json_agg(json_build_object('org_id', '_provider', 'actor_type', 'system', 'actor', 'environment', 'action', t.action,
    'subject', 'staff:' || t.id, 'detail', t.detail) order by t.part, t.id) into entries from told_of t;
  update staff_session s set revoked_at = now() from staff_member m where m.id = s.staff_id and m.disabled_at is not null and s.revoked_at is null;
  if entries is not null then
    perform append_audit(entries);
  end if;
  insert into staff_seed (source, members, seeded_at) values ('env', json_array_length(members), at)
  on conflict (source) do update set members = excluded.members, seeded_at = excluded.seeded_at;
end $$;

-- A member as an identity provider has them now; nothing where the e-mail, or the name that the provider knows them by, is somebody else's here.
create function keep_staff_of_oidc(new_id uuid, subject text, told_email text, told_name text, told_roles text[])
returns uuid language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  known staff_member;
  is_known boolean;
begin
  select m.* into known from staff_member m where m.oidc_subject = subject for update;
  is_known := found;
  if is_known and known.source <> 'oidc'
    or exists (select from staff_member m where m.email = told_email and m.id is distinct from known.id) then
    return null;
  end if;
  if is_known and (known.email, known.name, known.roles, known.disabled_at) is not distinct from (told_email, told_name, told_roles, null) then
    return known.id;
  end if;
  insert into staff_member (id, email, name, roles, source, oidc_subject)
  values (coalesce(known.id, new_id), told_email, told_name, told_roles, 'oidc', subject)
  on conflict (id) do update set email = excluded.email, name = excluded.name, roles = excluded.roles, disabled_at = null, updated_at = now();
  perform append_staff_entry(told_email, case when is_known then 'staff.changed' else 'staff.added' end, coalesce(known.id, new_id), 'ok',
    json_build_object('roles', told_roles, 'through', 'oidc'));
  return coalesce(known.id, new_id);
end $$;

-- Who has no group that counts here any more.
create function disable_staff_of_oidc(subject text, at timestamptz) returns void
language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  gone record;
begin
  for gone in
    update staff_member m set disabled_at = at, updated_at = now()
    where m.oidc_subject = subject and m.source = 'oidc' and m.disabled_at is null returning m.id, m.email
  loop
    update staff_session s set revoked_at = at where s.staff_id = gone.id and s.revoked_at is null;
    perform append_staff_entry(gone.email, 'staff.disabled', gone.id, 'ok', '{"through":"oidc"}');
  end loop;
end $$;

-- What the member of a session does to the run of an event.
create function record_event_command_as_staff(session uuid, tenant text, wanted text, verb text, reason text, workflow_id text, run_id text)
returns void language sql volatile security definer set search_path = pg_catalog, public as $$
  select record_event_command(tenant, wanted, verb, 'staff', (staff_of_session(session)).email, reason, workflow_id, run_id)
$$;

create function redeliver_event_as_staff(session uuid, tenant text, wanted text, seen_redeliveries integer, reason text)
returns integer language sql volatile security definer set search_path = pg_catalog, public as $$
  select redeliver_event(tenant, wanted, seen_redeliveries, 'staff', (staff_of_session(session)).email, reason)
$$;

do $$
declare
  own regprocedure;
begin
  for own in select p.oid from pg_proc p where p.pronamespace = 'public'::regnamespace and p.proname in ('staff_has_factor', 'staff_of_session',
    'append_staff_entry', 'append_as_staff', 'note_failed_sign_in', 'open_staff_session', 'session_to_prove', 'note_failed_proof',
    'prove_staff_session', 'touch_staff_session', 'sign_out_staff', 'revoke_staff_sessions', 'end_one_factor_sessions', 'seed_staff',
    'keep_staff_of_oidc', 'disable_staff_of_oidc', 'record_event_command_as_staff', 'redeliver_event_as_staff') loop
    execute format('revoke execute on function %s from public', own);
    if (select p.prosecdef from pg_proc p where p.oid = own) then
      execute format('grant execute on function %s to tributary_portal', own);
    end if;
  end loop;
end $$;

revoke execute on function append_audit(json), record_event_command(text, text, text, text, text, text, text, text),
  redeliver_event(text, text, integer, text, text, text) from tributary_portal;
revoke insert, update on staff_session, staff_member, staff_seed from tributary_portal;
grant update (totp_secret_enc, totp_last_step, preferences, updated_at) on staff_member to tributary_portal;
reset role;
