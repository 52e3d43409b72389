-- Money that somebody paid at the provider by hand has no key of ours: only an attempt must have one. A charge of an attempt that had failed, and
-- succeeded at the provider after all, is a payment of its own: its key is that of the attempt.
set role tributary_migrator;
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
      union all select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2) c
    on c.org_id = i.org_id and c.invoice_id = i.id
  where i.source = 'rated' and c.minor > i.total_minor
  union all
  select c.org_id, c.invoice_id, format('the provider charged %s of %s', c.minor, coalesce(i.total_minor, 0))
  from (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from provider_charge where status = 'succeeded'
      union all select org_id, invoice_id, -reversed_minor from provider_dispute) m group by 1, 2) c
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
reset role;
