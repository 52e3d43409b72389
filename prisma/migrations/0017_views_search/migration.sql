-- What the palette finds by its beginning: leads by the name that their list shows, invoices by their number. Ids are found org by org, by
-- the primary keys.
set role tributary_migrator;
create index lead_named on lead (lower(coalesce(company, name, email, id)) text_pattern_ops);
create index invoice_numbered on invoice (number text_pattern_ops) where number is not null;
reset role;
