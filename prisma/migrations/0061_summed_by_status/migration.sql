-- What add-ons and payments of a status come to is read from their index alone. All add-ons meet the condition: Prisma, which takes what is included
-- for columns of the key, leaves indices of a part of the rows alone.
set role tributary_migrator;
drop index addon_purchase_by_status;
create index addon_purchase_by_status on addon_purchase (status, created_at desc, org_id desc, id desc)
  include (currency, amount_minor, refunded_minor) where status is not null;
drop index payment_listed_by_status;
create index payment_listed_by_status on payment (status collate "C", at desc, org_id desc, (invoice_id || '/' || ref) desc)
  include (currency, amount_minor);
reset role;
