-- No role may do what none of its code does. tests/prisma/grants.ts holds what is left, table by table.
set role tributary_migrator;

-- The portal shows how a payment was made and what an org is billed by; the tokens by which money is taken it never reads, and neither an order
-- that sets one.
revoke select on payment, org_billing, staff_command from tributary_portal;
grant select (org_id, invoice_id, ref, attempt, status, amount_minor, currency, method, failure_code, provider_key, provider_ref, at, meta, provider,
  trigger, slot_day, decline, asked, ask_at, settled_at, sent_at) on payment to tributary_portal;
grant select (org_id, business_hours, notice_email) on org_billing to tributary_portal;
grant select (org_id, id, kind, actor_type, actor, reason, status, created_at, done_at, staff_id) on staff_command to tributary_portal;

-- How an order stands that a form gave before, and whether that said the same but for what its member looked at. None: it was not given.
create function order_given(tenant text, command uuid, told jsonb, why text, seen text[])
returns table (status text, is_same boolean) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.status, c.reason = why and c.body - seen = told - seen from staff_command c where c.org_id = tenant and c.id = command
$$;
revoke execute on function order_given(text, uuid, jsonb, text, text[]) from public;
grant execute on function order_given(text, uuid, jsonb, text, text[]) to tributary_portal;

revoke select on dunning_notice, invoice_counter, metric_mark, rating_mark, provider_event, reconciliation_mark from tributary_portal;
revoke delete on staff_member, staff_session, staff_list, staff_seed from tributary_portal;
revoke update on staff_challenge from tributary_portal;

revoke insert on staff_command, provider_event from tributary_worker;
revoke delete on usage_meter from tributary_worker;
revoke select on audit_log, audit_head from tributary_worker;

revoke select on provider_event from tributary_gateway;
reset role;
