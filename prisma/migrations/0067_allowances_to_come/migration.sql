-- A plan that begins by its date changes what the running month allows: the month is judged again then, whether or not anything more is used.
set role tributary_migrator;

alter table org_billing add column next_allowance_at timestamptz(3);
update org_billing b set next_allowance_at = p.from_at from (
  select org_id, min(from_at) as from_at from org_plan where from_at >= date_trunc('month', now(), 'UTC') group by org_id) p
  where p.org_id = b.org_id;

create or replace function due_for_summaries(slot_at timestamptz, topics text[])
returns table (org_id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select o.org_id from marked_org o, lateral (select from metric_mark m where m.org_id = o.org_id and m.topic = any (topics) limit 1) m
  union
  select c.org_id from credit_balance c where c.computed_at < date_trunc('day', slot_at at time zone 'UTC') at time zone 'UTC'
  union
  select b.org_id from org_billing b where b.next_allowance_at <= slot_at
  order by 1
$$;
reset role;
