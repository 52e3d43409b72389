-- What was paid over what an invoice took is its org's credit, and goes back through the provider that took it as a refund of its own kind: it
-- leaves what the invoice took and the revenue as they are.
set role tributary_migrator;
alter table refund add column of_overpaid boolean not null default false;

create or replace view invariant_m3 with (security_invoker = true) as
  with taken as (
    select org_id, invoice_id, sum(minor) as minor from (
      select org_id, invoice_id, amount_minor as minor from payment where status = 'succeeded'
      union all select org_id, invoice_id, -reversed_minor from provider_dispute
      union all select org_id, invoice_id, -amount_minor from refund where of_overpaid and status = 'succeeded') m group by 1, 2)
  select i.org_id, i.id as subject, format('paid %s and %s over, of payments of %s', i.paid_minor, i.overpaid_minor, coalesce(t.minor, 0)) as detail
  from invoice i left join taken t on t.org_id = i.org_id and t.invoice_id = i.id
  where i.paid_minor + i.overpaid_minor <> coalesce(t.minor, 0)
  union all
  select p.org_id, p.invoice_id, format('payment %s is in %s, the invoice in %s', p.ref, p.currency, i.currency)
  from payment p join invoice i on i.org_id = p.org_id and i.id = p.invoice_id where p.currency <> i.currency;

create or replace view invariant_m4 with (security_invoker = true) as
  with of_payment as (
    select org_id, invoice_id, payment_ref, sum(minor) as minor from (
      select org_id, invoice_id, payment_ref, amount_minor as minor from refund where status <> 'failed' and payment_ref is not null
      union all
      select p.org_id, p.invoice_id, p.ref, d.reversed_minor from provider_dispute d
      join payment p on p.provider = d.provider and p.provider_ref = d.charge_ref and p.org_id = d.org_id and p.invoice_id = d.invoice_id
      where d.reversed_minor > 0) m group by 1, 2, 3),
  of_invoice as (
    select org_id, invoice_id, sum(amount_minor) filter (where status <> 'failed') as begun,
      sum(amount_minor) filter (where status = 'succeeded' and not of_overpaid) as made from refund group by 1, 2),
  taken as (select org_id, invoice_id, sum(amount_minor) as minor from payment where status = 'succeeded' group by 1, 2)
  select r.org_id, r.invoice_id as subject, format('refunds and disputes of payment %s come to %s of %s', r.payment_ref, r.minor, p.amount_minor) as detail
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
reset role;
