-- What invoices of a status come to is read from its index alone: what was credited too.
set role tributary_migrator;
drop index invoice_listed_by_status;
create index invoice_listed_by_status on invoice (status collate "C", (coalesce(issued_at, created_at)) desc, org_id desc, id desc)
  include (currency, total_minor, due_minor, credited_minor, issued_at, created_at);
reset role;
