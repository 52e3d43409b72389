-- A charge that the books lack and that went back whole took nothing: it needs no explanation, until what went back fails after all and its money is ours
-- again. What a charge says of itself as refunded is not asked: whether a refund that failed still counts there is not promised.
set role tributary_migrator;
create view charge_to_explain with (security_invoker = true) as
  select c.* from provider_charge c
  where c.status = 'succeeded' and (
    c.amount_minor > (select coalesce(sum(t.amount_minor), 0) from provider_refund t
      where t.provider = c.provider and t.charge_ref = c.ref and t.status <> 'failed')
    or exists (select from payment p where p.provider = c.provider and p.provider_ref = c.ref and p.status = 'succeeded')
    -- Of an attempt: what it took and what went back are both booked.
    or c.provider_key is not null and exists (select from invoice i where i.org_id = c.org_id and i.id = c.invoice_id and i.currency = c.currency));
comment on view charge_to_explain is 'Charges that succeeded at a provider, but for those that went back whole and that the books lack';
grant select on charge_to_explain to tributary_worker, tributary_portal, tributary_verifier;

create or replace view invariant_m7 with (security_invoker = true) as
  select p.org_id, p.invoice_id as subject, format('attempt %s has %s live payments', p.attempt, count(*)) as detail
  from payment p where p.attempt is not null and p.status <> 'failed' group by p.org_id, p.invoice_id, p.attempt having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('%s payments are pending or unknown', count(*))
  from payment p where p.status in ('pending', 'unknown') group by p.org_id, p.invoice_id having count(*) > 1
  union all
  select i.org_id, i.id, format('charged %s of %s', c.minor, i.total_minor)
  from invoice i join (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from payment where status = 'succeeded' and provider is not null
      union all select org_id, invoice_id, -reversed_minor from provider_dispute
      union all select org_id, invoice_id, -amount_minor from refund where of_overpaid and status = 'succeeded') m group by 1, 2) c
    on c.org_id = i.org_id and c.invoice_id = i.id
  where i.source = 'rated' and c.minor > i.total_minor
  union all
  select c.org_id, c.invoice_id, format('the provider charged %s of %s', c.minor, coalesce(i.total_minor, 0))
  from (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from charge_to_explain
      union all select org_id, invoice_id, -reversed_minor from provider_dispute
      union all select org_id, invoice_id, -amount_minor from refund where of_overpaid and status = 'succeeded') m group by 1, 2) c
  left join invoice i on i.org_id = c.org_id and i.id = c.invoice_id where c.minor > coalesce(i.total_minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s of a provider has no key', p.ref)
  from payment p where p.attempt is not null and p.provider_key is null
  union all
  select c.org_id, c.invoice_id, format('key %s has %s charges', c.provider_key, count(*))
  from provider_charge c where c.status = 'succeeded' and c.provider_key is not null group by c.org_id, c.invoice_id, c.provider, c.provider_key
  having count(*) > 1
  union all
  select p.org_id, p.invoice_id, format('payment %s has the key %s, its charge %s', p.ref, p.provider_key, c.provider_key)
  from payment p join provider_charge c on c.provider = p.provider and c.ref = p.provider_ref
  where c.provider_key is not null and c.provider_key is distinct from p.provider_key
    and (p.provider_key is not null or not exists (select from payment q
      where q.org_id = p.org_id and q.invoice_id = p.invoice_id and q.provider_key = c.provider_key and q.status = 'failed'));

create or replace view invariant_m8 with (security_invoker = true) as
  select t.org_id, t.invoice_id as subject, format('charge %s is of %s %s there, of %s %s for %s of %s here', t.ref, t.amount_minor, t.currency,
    p.amount_minor, p.currency, p.invoice_id, p.org_id) as detail
  from provider_charge t join payment p on p.provider = t.provider and p.provider_ref = t.ref and p.status = 'succeeded'
  where t.status = 'succeeded'
    and (t.org_id, t.invoice_id, t.amount_minor, t.currency) is distinct from (p.org_id, p.invoice_id, p.amount_minor, p.currency)
  union all
  select t.org_id, t.invoice_id, format('charge %s of %s %s is not in the books', t.ref, t.amount_minor, t.currency)
  from charge_to_explain t
  where not exists (select 1 from payment p where p.provider = t.provider and p.provider_ref = t.ref and p.status <> 'failed')
    and not exists (select 1 from payment p where p.provider_key = t.provider_key and p.status in ('pending', 'unknown'))
  union all
  select p.org_id, p.invoice_id, format('payment %s is not known to the provider', p.ref)
  from payment p join provider_watermark w on w.provider = p.provider and p.settled_at <= w.through and coalesce(p.sent_at, p.settled_at) >= w.since
  where p.status = 'succeeded'
    and not exists (select 1 from provider_charge t where t.provider = p.provider and t.ref = p.provider_ref and t.status = 'succeeded');
reset role;
