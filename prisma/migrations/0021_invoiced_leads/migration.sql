-- Leads that an invoice bills are a status of their own in the list, as those are that none does.
set role tributary_migrator;
create index lead_listed_invoiced on lead (created_at desc, org_id desc, id desc) where status = 'converted' and is_billed;
reset role;
