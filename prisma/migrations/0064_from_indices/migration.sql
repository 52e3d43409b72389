-- How many of an SKU were given back is read from the index of their status alone too.
set role tributary_migrator;
drop index addon_purchase_by_status;
create index addon_purchase_by_status on addon_purchase (status, created_at desc, org_id desc, id desc)
  include (currency, amount_minor, refunded_minor, sku) where status is not null;
reset role;
