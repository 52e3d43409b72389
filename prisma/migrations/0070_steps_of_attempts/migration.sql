-- Of which step of its case a scheduled attempt is: by the time it fails, others may have been used up.
set role tributary_migrator;
alter table payment add column step smallint;
update payment p set step = jsonb_array_length(c.policy -> 'retryDays') - cardinality(c.steps_left) from dunning_case c
  where c.org_id = p.org_id and c.invoice_id = p.invoice_id and c.closed_at is null and p.trigger = 'schedule' and p.status in ('pending', 'unknown');
reset role;
