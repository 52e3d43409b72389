-- Who ordered is found out here, not told: an order of staff names a session, and what its run asks before it does anything are the member's roles
-- of that moment. A portal of the release before cannot order until it is replaced.
set role tributary_migrator;
alter table staff_command add column staff_id uuid references staff_member (id) on delete restrict on update cascade;

-- A member of staff orders by a session that is not revoked; false where there is none. That it is not over the portal knows, whose clock sessions
-- have. Stored again under its id it is the same order.
create function order_as_staff(session uuid, tenant text, command uuid, kind text, body jsonb, reason text)
returns boolean language plpgsql volatile security definer set search_path = pg_catalog, public as $$
declare
  member record;
begin
  select m.id, m.email into member from staff_session s join staff_member m on m.id = s.staff_id
  where s.id = session and s.revoked_at is null and m.disabled_at is null
    and (s.auth_level = 2 or (m.totp_secret_enc is null and not exists (select from staff_passkey p where p.staff_id = m.id)));
  if not found then
    return false;
  end if;
  insert into staff_command (org_id, id, kind, body, actor_type, actor, reason, staff_id)
  values (tenant, command, kind, body, 'staff', member.email, reason, member.id)
  on conflict do nothing;
  return true;
end $$;
revoke execute on function order_as_staff(uuid, text, uuid, text, jsonb, text) from public;
grant execute on function order_as_staff(uuid, text, uuid, text, jsonb, text) to tributary_portal;

-- What is left to the worker's role are orders of operators, given on the server.
drop function order_staff_command(text, uuid, text, jsonb, text, text, text);
create function order_as_operator(tenant text, command uuid, kind text, body jsonb, operator text, reason text)
returns void language sql volatile security definer set search_path = pg_catalog, public as $$
  insert into staff_command (org_id, id, kind, body, actor_type, actor, reason) values (tenant, command, kind, body, 'operator', operator, reason)
  on conflict do nothing
$$;
revoke execute on function order_as_operator(text, uuid, text, jsonb, text, text) from public;
grant execute on function order_as_operator(text, uuid, text, jsonb, text, text) to tributary_worker;

-- The roles of who ordered a command, as they are now; null for a member who is disabled or gone. The member stays so until the transaction ends.
-- Orders from before members were stored with them are told by the e-mail.
create function roles_of_orderer(tenant text, command uuid)
returns text[] language sql volatile security definer set search_path = pg_catalog, public as $$
  select m.roles from staff_command c join staff_member m on m.id = c.staff_id or (c.staff_id is null and m.email = c.actor)
  where c.org_id = tenant and c.id = command and tenant in (select unnest(app_tenants())) and m.disabled_at is null
  for share of m
$$;
revoke execute on function roles_of_orderer(text, uuid) from public;
grant execute on function roles_of_orderer(text, uuid) to tributary_worker;
reset role;
