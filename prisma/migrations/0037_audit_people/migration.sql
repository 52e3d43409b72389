-- How many people acted in a range is counted from the index alone: a year of entries was looked up one by one for the name of who acted.
set role tributary_migrator;
drop index audit_log_by_type;
create index audit_log_by_type on audit_log (actor_type, at desc, org_id desc, seq desc) include (actor) where actor_type <> 'key';
reset role;
