-- Unrated usage is filtered by its meter, as rated usage is.
set role tributary_migrator;
create index unrated_usage_by_meter on unrated_usage (meter, period_start desc, org_id desc);
reset role;
