-- What must always hold of the money, as views of what violates it: no rows, all is well. Each has (org_id, subject, detail).
-- `app.unknown_age_max` is the age past which a payment without an outcome is a violation.
set role tributary_migrator;

-- What staff set as a lead's fee stands as long as the tenant's events tell none, whatever is folded again.
alter table lead add column priced_minor bigint, add column priced_currency text,
  add constraint lead_priced check ((priced_minor is null) = (priced_currency is null) and priced_minor >= 0);
create function keep_staff_price() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.fee_minor := new.priced_minor;
  new.fee_currency := new.priced_currency;
  return new;
end $$;
create trigger keep_staff_price before insert or update on lead for each row
  when (new.fee_minor is null and new.priced_minor is not null) execute function keep_staff_price();

-- The books of invoices that were reported before there was a ledger of them: dated as each fact is, from nothing.
insert into billing_ledger (org_id, transaction_id, entry, account, stream, invoice_id, amount_minor, currency, at, fact)
with facts as (
  select i.org_id, i.id, i.issued_at as at, i.total_minor as total, 0::numeric as received, 0::numeric as refunded
  from invoice i where i.source = 'reported' and i.issued_at is not null and i.status <> 'incomplete'
  union all
  select p.org_id, p.invoice_id, p.at, null, p.amount_minor, 0 from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id
  where i.source = 'reported' and p.status = 'succeeded'
  union all
  select r.org_id, r.invoice_id, r.at, null, 0, r.amount_minor from refund r join invoice i on i.org_id = r.org_id and i.id = r.invoice_id
  where i.source = 'reported'),
moments as (
  select f.org_id, f.id, f.at, sum(sum(f.total)) over w as total, sum(sum(f.received)) over w as received, sum(sum(f.refunded)) over w as refunded
  from facts f group by f.org_id, f.id, f.at window w as (partition by f.org_id, f.id order by f.at)),
held as (
  select m.*, least(m.received, m.total) as paid, least(m.refunded, m.received, m.total) as of_paid from moments m),
balances as (
  select h.org_id, h.id, h.at, b.account, b.amount,
    b.amount - lag(b.amount, 1, 0::numeric) over (partition by h.org_id, h.id, b.account order by h.at) as booked
  from held h cross join lateral (values
    ('receivable', case when h.total is null then h.refunded - h.received else h.total - h.paid end),
    ('revenue', case when h.total is null then 0 else h.of_paid - h.total end),
    ('cash', h.received - h.refunded),
    ('credit', case when h.total is null then 0 else h.refunded - h.of_paid - (h.received - h.paid) end)) as b(account, amount))
select b.org_id, format('reported:%s:before:%s', b.id, dense_rank() over (partition by b.org_id, b.id order by b.at)),
  row_number() over (partition by b.org_id, b.id, b.at order by b.account), b.account,
  case when b.account = 'revenue' then i.stream end, b.id, b.booked, i.currency, b.at, 'reported'
from balances b join invoice i on i.org_id = b.org_id and i.id = b.id where b.booked <> 0;

-- What was there before there were marks is rated and rolled up like what comes now.
insert into rating_mark (org_id, stream, meter, first_at, last_at)
  select org_id, 'usage', meter, min(window_start), max(window_start) from usage_meter group by org_id, meter;
insert into metric_mark (org_id, topic, day)
  select distinct org_id, 'usage', (window_start at time zone 'UTC')::date from usage_meter;
do $$
declare
  source record;
begin
  for source in select * from (values
    ('lead', 'leads', 'leads', 'created_at'), ('lead', '', 'leads', 'converted_at'), ('subscription_change', 'subscriptions', 'subscriptions', 'changed_at'),
    ('addon_purchase', 'addons', 'addons', 'created_at'), ('addon_refund', '', 'addons', 'refunded_at'), ('ai_usage_event', 'ai', 'ai', 'used_at'),
    ('credit_grant', 'ai', 'credits', 'granted_at'), ('incident', '', 'incidents', 'created_at'), ('incident', '', 'incidents', 'resolved_at'),
    ('invoice', '', 'invoices', 'issued_at'), ('invoice', '', 'invoices', 'paid_at'), ('payment', '', 'payments', 'at'), ('refund', '', 'refunds', 'at')
  ) as s (name, stream, topic, instant)
  loop
    if source.stream <> '' then
      execute format('insert into rating_mark (org_id, stream, first_at, last_at) select org_id, %1$L, min(%2$I), max(%2$I) from %3$I
        where %2$I is not null group by org_id', source.stream, source.instant, source.name);
    end if;
    execute format('insert into metric_mark (org_id, topic, day) select distinct org_id, %1$L, (%2$I at time zone ''UTC'')::date from %3$I
      where %2$I is not null', source.topic, source.instant, source.name);
  end loop;
end $$;

-- What staff order is stored before anything is done; stored again under its id it is the same order.
create function order_staff_command(tenant text, command uuid, kind text, body jsonb, actor_type text, actor text, reason text)
returns void language sql volatile security definer set search_path = pg_catalog, public as $$
  insert into staff_command (org_id, id, kind, body, actor_type, actor, reason) values (tenant, command, kind, body, actor_type, actor, reason)
  on conflict do nothing
$$;
create function staff_command_state(tenant text, command uuid)
returns table (status text, result jsonb) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.status, c.result from staff_command c where c.org_id = tenant and c.id = command
$$;
revoke execute on function order_staff_command(text, uuid, text, jsonb, text, text, text), staff_command_state(text, uuid) from public;
grant execute on function order_staff_command(text, uuid, text, jsonb, text, text, text), staff_command_state(text, uuid)
  to tributary_worker, tributary_portal;

-- Commands of staff whose own run never came, as "org:id".
create function stalled_commands() returns table (id text) language sql stable security definer set search_path = pg_catalog, public as $$
  select c.org_id || ':' || c.id::text from staff_command c where c.status = 'pending' and c.created_at < now() - interval '30 seconds'
$$;
revoke execute on function stalled_commands() from public;
grant execute on function stalled_commands() to tributary_worker;

-- Usage that staff correct is a row of a command, not of an event.
create or replace view invariant_e4 with (security_invoker = true) as
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
  where not u.is_correction and v.status is distinct from 'applied'
  union all
  select u.org_id, u.event_id, 'usage was corrected and no command says so'
  from usage_meter u left join staff_command c on c.org_id = u.org_id and 'staff:' || c.id::text = u.event_id and c.kind = 'correct_usage'
  where u.is_correction and c.status is distinct from 'done'
  union all
  select c.org_id, 'staff:' || c.id::text, 'a command corrected usage and the row is not in the books'
  from staff_command c
  where c.kind = 'correct_usage' and c.status = 'done'
    and not exists (select 1 from usage_meter u where u.org_id = c.org_id and u.event_id = 'staff:' || c.id::text and u.is_correction);

create view invariant_m1 with (security_invoker = true) as
  with lines as (select org_id, invoice_id, sum(amount_minor) as minor from invoice_line group by 1, 2)
  select i.org_id, i.id as subject, format('its lines come to %s, its subtotal is %s', coalesce(l.minor, 0), i.subtotal_minor) as detail
  from invoice i left join lines l on l.org_id = i.org_id and l.invoice_id = i.id
  where i.status <> 'incomplete' and coalesce(l.minor, 0) <> i.subtotal_minor
  union all
  select i.org_id, i.id, format('%s less discount %s and with tax %s is not %s', i.subtotal_minor, i.discount_minor, i.tax_minor, i.total_minor)
  from invoice i where i.status <> 'incomplete' and i.subtotal_minor - i.discount_minor + i.tax_minor <> i.total_minor
  union all
  select i.org_id, i.id, 'is ' || i.status || case when i.number is null then ' without a number' else ' and has a number' end
  from invoice i where i.source = 'rated' and (i.status = 'draft') <> (i.number is null)
  union all
  select null, 'invoice_counter', format('%s numbers are given, up to %s, and the counter is at %s', t.given, t.greatest, c.last_number)
  from invoice_counter c cross join (
    select count(*) as given, coalesce(max(substring(i.number from '\d+$')::numeric), 0) as greatest
    from invoice i where i.source = 'rated' and i.number is not null) t
  where c.last_number <> t.given or c.last_number <> t.greatest;
comment on view invariant_m1 is 'An invoice adds up, and invoices are numbered without a gap';

create view invariant_m2 with (security_invoker = true) as
  select i.org_id, i.id as subject, format('%s: total %s, paid %s, due %s, credited %s, refunded %s, overpaid %s', i.status, i.total_minor,
    i.paid_minor, i.due_minor, i.credited_minor, i.refunded_minor, i.overpaid_minor) as detail
  from invoice i
  where i.status <> 'incomplete' and (i.total_minor <> i.paid_minor + i.due_minor + i.credited_minor
    or (i.status <> 'draft' and least(i.total_minor, i.due_minor) < 0)
    or least(i.paid_minor, i.credited_minor, i.refunded_minor, i.overpaid_minor) < 0
    or (i.status = 'draft' and (i.paid_minor, i.credited_minor, i.refunded_minor, i.overpaid_minor) <> (0, 0, 0, 0))
    or (i.status = 'paid' and i.due_minor <> 0)
    or (i.status = 'void' and (i.paid_minor <> 0 or i.due_minor <> 0))
    or (i.status = 'open' and i.due_minor = 0)
    or i.refunded_minor > i.paid_minor + case when i.source = 'reported' then i.overpaid_minor else 0 end)
  union all
  select l.org_id, 'credit/' || l.currency, format('the org''s credit is %s', -sum(l.amount_minor))
  from billing_ledger l where l.account = 'credit' group by l.org_id, l.currency having sum(l.amount_minor) > 0;
comment on view invariant_m2 is 'An invoice''s status agrees with its money, and no org owes us credit';

create view invariant_m3 with (security_invoker = true) as
  with taken as (select org_id, invoice_id, sum(amount_minor) as minor from payment where status = 'succeeded' group by 1, 2)
  select i.org_id, i.id as subject, format('paid %s and %s over, of payments of %s', i.paid_minor, i.overpaid_minor, coalesce(t.minor, 0)) as detail
  from invoice i left join taken t on t.org_id = i.org_id and t.invoice_id = i.id
  where i.paid_minor + i.overpaid_minor <> coalesce(t.minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s is in %s, the invoice in %s', p.ref, p.currency, i.currency)
  from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id where p.currency <> i.currency;
comment on view invariant_m3 is 'Payments explain what is paid';

create view invariant_m4 with (security_invoker = true) as
  with of_payment as (
    select org_id, invoice_id, payment_ref, sum(amount_minor) as minor from refund
    where status <> 'failed' and payment_ref is not null group by 1, 2, 3),
  of_invoice as (
    select org_id, invoice_id, sum(amount_minor) filter (where status <> 'failed') as begun,
      sum(amount_minor) filter (where status = 'succeeded') as made from refund group by 1, 2),
  taken as (select org_id, invoice_id, sum(amount_minor) as minor from payment where status = 'succeeded' group by 1, 2)
  select r.org_id, r.invoice_id as subject, format('refunds of payment %s come to %s of %s', r.payment_ref, r.minor, p.amount_minor) as detail
  from of_payment r left join payment p on p.org_id = r.org_id and p.invoice_id = r.invoice_id and p.ref = r.payment_ref and p.status = 'succeeded'
  where r.minor > coalesce(p.amount_minor, 0)
  union all
  select r.org_id, r.invoice_id, format('refunds come to %s of %s', r.begun, coalesce(t.minor, 0))
  from of_invoice r left join taken t on t.org_id = r.org_id and t.invoice_id = r.invoice_id where r.begun > coalesce(t.minor, 0)
  union all
  select i.org_id, i.id, format('refunded is %s, refunds come to %s', i.refunded_minor, coalesce(r.made, 0))
  from invoice i left join of_invoice r on r.org_id = i.org_id and r.invoice_id = i.id where i.refunded_minor <> coalesce(r.made, 0)
  union all
  select r.org_id, r.invoice_id, format('refund %s is in %s, the invoice in %s', r.ref, r.currency, i.currency)
  from refund r join invoice i on i.org_id = r.org_id and i.id = r.invoice_id where r.currency <> i.currency;
comment on view invariant_m4 is 'No refund is above what was paid';

create view invariant_m5 with (security_invoker = true) as
  select l.org_id, l.transaction_id as subject, format('sums to %s %s', sum(l.amount_minor), l.currency) as detail
  from billing_ledger l group by l.org_id, l.transaction_id, l.currency having sum(l.amount_minor) <> 0
  union all
  select l.org_id, l.transaction_id, format('entry %s is 0', l.entry) from billing_ledger l where l.amount_minor = 0
  union all
  select l.org_id, l.transaction_id, format('entry %s on %s has stream %s', l.entry, l.account, coalesce(l.stream, 'none'))
  from billing_ledger l where (l.account = 'revenue') <> (l.stream is not null)
  union all
  select l.org_id, l.transaction_id, format('entry %s does not take back the one of %s', l.entry, l.reversal_of)
  from billing_ledger l left join billing_ledger o on o.org_id = l.org_id and o.transaction_id = l.reversal_of and o.entry = l.entry
  where l.reversal_of is not null
    and (o.account, o.stream, o.currency, -o.amount_minor) is distinct from (l.account, l.stream, l.currency, l.amount_minor);
comment on view invariant_m5 is 'Every transaction of the ledger balances';

create view invariant_m6 with (security_invoker = true) as
  with held as (
    select org_id, invoice_id, sum(amount_minor) filter (where account = 'receivable') as receivable,
      sum(amount_minor) filter (where account = 'cash') as cash
    from billing_ledger where invoice_id is not null group by 1, 2),
  moved as (
    select org_id, invoice_id, sum(minor) as cash from (
      select p.org_id, p.invoice_id, p.amount_minor as minor from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id
      where p.status = 'succeeded' and (i.source = 'reported' or p.method is distinct from 'credit')
      union all
      select org_id, invoice_id, -amount_minor from refund where status = 'succeeded' and paid_to = 'cash') m group by 1, 2)
  select coalesce(i.org_id, h.org_id) as org_id, coalesce(i.id, h.invoice_id) as subject,
    format('the ledger''s receivable is %s, due is %s', coalesce(h.receivable, 0), case when i.status = 'draft' then 0 else i.due_minor end) as detail
  from invoice i full join held h on h.org_id = i.org_id and h.invoice_id = i.id
  where i.id is null or (i.status <> 'incomplete' and coalesce(h.receivable, 0) <> case when i.status = 'draft' then 0 else i.due_minor end)
  union all
  select i.org_id, i.id, format('the ledger''s cash is %s, payments less refunds are %s', coalesce(h.cash, 0), coalesce(m.cash, 0))
  from invoice i left join held h on h.org_id = i.org_id and h.invoice_id = i.id
  left join moved m on m.org_id = i.org_id and m.invoice_id = i.id
  where coalesce(h.cash, 0) <> coalesce(m.cash, 0);
comment on view invariant_m6 is 'The ledger says of an invoice what the invoice says';

create view invariant_m7 with (security_invoker = true) as
  select p.org_id, p.invoice_id as subject, format('attempt %s has %s live payments', p.attempt, count(*)) as detail
  from payment p where p.attempt is not null and p.status <> 'failed' group by p.org_id, p.invoice_id, p.attempt having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('%s payments are pending or unknown', count(*))
  from payment p where p.status in ('pending', 'unknown') group by p.org_id, p.invoice_id having count(*) > 1
  union all
  select i.org_id, i.id, format('charged %s of %s', c.minor, i.total_minor)
  from invoice i join (
    select org_id, invoice_id, sum(amount_minor) as minor from payment where status = 'succeeded' and provider is not null group by 1, 2) c
    on c.org_id = i.org_id and c.invoice_id = i.id
  where i.source = 'rated' and c.minor > i.total_minor
  union all
  select c.org_id, c.invoice_id, format('the provider charged %s of %s', c.minor, coalesce(i.total_minor, 0))
  from (select org_id, invoice_id, sum(amount_minor) as minor from provider_charge where status = 'succeeded' group by 1, 2) c
  left join invoice i on i.org_id = c.org_id and i.id = c.invoice_id where c.minor > coalesce(i.total_minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s of a provider has no key', p.ref)
  from payment p where p.provider is not null and p.provider_key is null
  union all
  select c.org_id, c.invoice_id, format('key %s has %s charges', c.provider_key, count(*))
  from provider_charge c where c.status = 'succeeded' and c.provider_key is not null group by c.org_id, c.invoice_id, c.provider, c.provider_key
  having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('payment %s has the key %s, its charge %s', p.ref, p.provider_key, c.provider_key)
  from payment p join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
  where c.provider_key is not null and c.provider_key is distinct from p.provider_key;
comment on view invariant_m7 is 'Nobody is charged twice';

create view invariant_m8 with (security_invoker = true) as
  select t.org_id, t.invoice_id as subject, format('charge %s is of %s %s there, of %s %s for %s of %s here', t.ref, t.amount_minor, t.currency,
    p.amount_minor, p.currency, p.invoice_id, p.org_id) as detail
  from provider_charge t join payment p on p.provider = t.provider and p.provider_ref = t.ref and p.status = 'succeeded'
  where t.status = 'succeeded'
    and (t.org_id, t.invoice_id, t.amount_minor, t.currency) is distinct from (p.org_id, p.invoice_id, p.amount_minor, p.currency)
  union all
  select t.org_id, t.invoice_id, format('charge %s of %s %s is not in the books', t.ref, t.amount_minor, t.currency)
  from provider_charge t
  where t.status = 'succeeded'
    and not exists (select 1 from payment p where p.provider = t.provider and p.provider_ref = t.ref and p.status <> 'failed')
    and not exists (select 1 from payment p where p.provider_key = t.provider_key and p.status in ('pending', 'unknown'))
  union all
  select p.org_id, p.invoice_id, format('payment %s is not known to the provider', p.ref)
  from payment p join provider_watermark w on w.provider = p.provider and p.settled_at <= w.through and coalesce(p.sent_at, p.settled_at) >= w.since
  where p.status = 'succeeded'
    and not exists (select 1 from provider_charge t where t.provider = p.provider and t.ref = p.provider_ref and t.status = 'succeeded');
comment on view invariant_m8 is 'Our payments are the provider''s charges, both ways';

create view invariant_m9 with (security_invoker = true) as
  select p.org_id, p.invoice_id as subject, format('payment %s is %s for %s', p.ref, p.status, now() - coalesce(p.sent_at, p.at)) as detail
  from payment p where p.status in ('pending', 'unknown') and coalesce(p.sent_at, p.at) <= now() - app_age_max('app.unknown_age_max', '23 hours')
  union all
  select p.org_id, p.invoice_id, format('attempt %s is %s and there is a later one', p.attempt, p.status)
  from payment p
  where p.status in ('pending', 'unknown')
    and exists (select 1 from payment q where q.org_id = p.org_id and q.invoice_id = p.invoice_id and q.attempt > p.attempt);
comment on view invariant_m9 is 'What a provider has not answered is found out, and blocks';

-- Orgs with marks wait for their rating: what is rated of them may be behind.
create view invariant_m10 with (security_invoker = true) as
  with rated as materialized (
    select r.*, m.aggregation from rated_period r join meter m on m.id = r.meter
    where r.meter <> 'ai.overage' and not exists (select 1 from rating_mark k where k.org_id = r.org_id)),
  used as (
    select r.org_id, r.meter, r.period_start, count(u.org_id) as usage_rows,
      case when r.aggregation = 'sum' then sum(u.quantity) when r.aggregation = 'max' then max(u.quantity) else count(u.org_id) end as quantity
    from rated r left join usage_meter u on u.org_id = r.org_id and u.meter = r.meter and u.window_start >= r.period_start
      and u.window_start < r.period_end
    where r.aggregation <> 'latest' group by r.org_id, r.meter, r.period_start, r.aggregation
    union all
    select r.org_id, r.meter, r.period_start, count(u.org_id),
      (array_agg(u.quantity order by u.window_end desc, u.window_start desc, u.received_at desc, u.event_id collate "C" desc, u.row_index desc))[1]
    from rated r left join usage_meter u on u.org_id = r.org_id and u.meter = r.meter and u.window_start >= r.period_start
      and u.window_start < r.period_end
    where r.aggregation = 'latest' group by r.org_id, r.meter, r.period_start),
  noted as (
    select org_id, meter, sum(usage_rows) as usage_rows from (
      select org_id, meter, usage_rows from used union all select org_id, meter, usage_rows from unrated_usage) n group by 1, 2),
  told as (
    select u.org_id, u.meter, count(*) as usage_rows from usage_meter u
    where u.org_id in (
      select b.org_id from org_billing b
      where b.next_rating_at > '-infinity' and not exists (select 1 from rating_mark k where k.org_id = b.org_id))
    group by 1, 2)
  select r.org_id, format('%s/%s', r.meter, r.period_start) as subject, format('rated %s of %s', r.quantity, coalesce(u.quantity, 0)) as detail
  from rated r join used u on u.org_id = r.org_id and u.meter = r.meter and u.period_start = r.period_start
  where r.quantity <> coalesce(u.quantity, 0)
  union all
  select t.org_id, t.meter, format('%s rows of usage, %s of them rated or noted as unrated', t.usage_rows, coalesce(n.usage_rows, 0))
  from told t left join noted n on n.org_id = t.org_id and n.meter = t.meter where t.usage_rows <> coalesce(n.usage_rows, 0);
comment on view invariant_m10 is 'Usage is rated once, and none is left out';

create view invariant_m11 with (security_invoker = true) as
  with lines as (
    select l.org_id, l.meter, l.period_start, sum(l.amount_minor) as minor, count(*) as n,
      count(distinct substring(l.source_key from ':(\d+)$')) as numbers, max(substring(l.source_key from ':(\d+)$')::integer) as last
    from invoice_line l where l.meter is not null group by 1, 2, 3)
  select l.org_id, l.source_key as subject, format('on %s lines', count(*)) as detail
  from invoice_line l where l.source_key <> 'reported' group by l.org_id, l.source_key having count(*) > 1
  union all
  select coalesce(r.org_id, l.org_id), format('%s/%s', coalesce(r.meter, l.meter), coalesce(r.period_start, l.period_start)),
    format('lines come to %s, booked are %s', coalesce(l.minor, 0), coalesce(r.booked_minor, 0))
  from rated_period r full join lines l on l.org_id = r.org_id and l.meter = r.meter and l.period_start = r.period_start
  where coalesce(l.minor, 0) <> coalesce(r.booked_minor, 0)
  union all
  select l.org_id, format('%s/%s', l.meter, l.period_start), format('%s lines with %s numbers up to %s', l.n, l.numbers, coalesce(l.last, 0))
  from lines l where (l.n, l.n) is distinct from (l.numbers, l.last);
comment on view invariant_m11 is 'What is billed is billed by one line';

create view invariant_m12 with (security_invoker = true) as
  with calendar(job, step, form, days) as (values
    ('nightly-rating', interval '1 day', 'YYYY-MM-DD', 31), ('dunning', interval '1 hour', 'YYYY-MM-DD"T"HH24', 31),
    ('monthly-rollup', interval '1 day', 'YYYY-MM-DD', 7), ('invariants', interval '1 hour', 'YYYY-MM-DD"T"HH24', 31),
    ('metrics', interval '5 minutes', 'YYYY-MM-DD"T"HH24:MI', 31)),
  known as (
    select c.*, min(s.at) as first, max(s.at) as last
    from calendar c join (select job, (slot || case length(slot) when 13 then ':00' else '' end)::timestamp as at from job_slot) s on s.job = c.job group by c.job, c.step, c.form, c.days)
  select null::text as org_id, k.job || '/' || to_char(t.at, k.form) as subject, 'a slot that was due and never taken' as detail
  from known k cross join lateral generate_series(k.first, k.last, k.step) as t(at)
  where extract(day from t.at) <= k.days and not exists (select 1 from job_slot s where s.job = k.job and s.slot = to_char(t.at, k.form))
  union all
  select null, s.job || '/' || s.slot, format('%s, and a later one is done', s.status)
  from job_slot s
  where s.status in ('running', 'failed')
    and exists (select 1 from job_slot n where n.job = s.job and n.slot > s.slot and n.status in ('done', 'partial'))
  union all
  select null, s.job || '/' || s.slot, format('has shown no sign of life for %s', now() - s.touched_at)
  from job_slot s where s.status = 'running' and s.touched_at <= now() - interval '2 hours'
  union all
  select null, s.job || '/' || s.slot, format('%s, and the run that did it says %s', s.status, coalesce(r.outcome, 'nothing'))
  from job_slot s left join job_run r on r.job = s.job and r.slot = s.slot and r.holder = s.holder
  where s.status in ('done', 'partial') and r.outcome is distinct from s.status;
comment on view invariant_m12 is 'Every slot of every job was run';

-- Orgs with marks wait for their roll-up.
create view invariant_m13 with (security_invoker = true) as
  with uses as (
    select u.org_id, date_trunc('month', u.used_at at time zone 'UTC')::date as month, u.feature, coalesce(u.model, '') as model, count(*) as uses,
      sum(u.credits) as credits, coalesce(sum(u.prompt_tokens), 0) as prompt_tokens, coalesce(sum(u.completion_tokens), 0) as completion_tokens
    from ai_usage_event u group by 1, 2, 3, 4),
  moved as (
    select org_id, currency, sum(minor) as minor from (
      select org_id, currency, case when kind in ('contraction', 'churn') then -amount_minor else amount_minor end as minor from mrr_movement) m
    group by 1, 2),
  held as (select org_id, currency, sum(mrr_minor) as minor from subscription where currency is not null group by 1, 2)
  select coalesce(s.org_id, u.org_id) as org_id,
    concat_ws('/', 'ai', coalesce(s.month, u.month), coalesce(s.feature, u.feature), coalesce(s.model, u.model)) as subject,
    format('%s uses and %s credits in the summary, %s and %s in the books', coalesce(s.uses, 0), coalesce(s.credits, 0), coalesce(u.uses, 0),
      coalesce(u.credits, 0)) as detail
  from ai_monthly_summary s
  full join uses u on u.org_id = s.org_id and u.month = s.month and u.feature = s.feature and u.model = s.model
  where (coalesce(s.uses, 0), coalesce(s.credits, 0), coalesce(s.prompt_tokens, 0), coalesce(s.completion_tokens, 0))
      <> (coalesce(u.uses, 0), coalesce(u.credits, 0), coalesce(u.prompt_tokens, 0), coalesce(u.completion_tokens, 0))
    and not exists (select 1 from metric_mark k where k.org_id = coalesce(s.org_id, u.org_id))
  union all
  select coalesce(m.org_id, h.org_id), 'mrr/' || coalesce(m.currency, h.currency),
    format('movements come to %s, subscriptions to %s', coalesce(m.minor, 0), coalesce(h.minor, 0))
  from moved m full join held h on h.org_id = m.org_id and h.currency = m.currency
  where coalesce(m.minor, 0) <> coalesce(h.minor, 0)
    and not exists (select 1 from metric_mark k where k.org_id = coalesce(m.org_id, h.org_id))
  union all
  select d.org_id, concat_ws('/', d.metric, d.day, d.currency), format('%s is stored, %s is computed', d.stored, d.computed)
  from metric_differences(current_date - 40, current_date + 1) d;
comment on view invariant_m13 is 'What is rolled up is what the books say';

grant select on invariant_m1, invariant_m2, invariant_m3, invariant_m4, invariant_m5, invariant_m6, invariant_m7, invariant_m8, invariant_m9,
  invariant_m10, invariant_m11, invariant_m12, invariant_m13 to tributary_verifier;
reset role;
