-- What is told by all channels at once is told again by those alone that failed.
set role tributary_migrator;
alter table collection_wait add column failed_channels text[];
alter table ai_alert add column failed_channels text[];
grant update (failed_channels) on ai_alert to tributary_worker;
reset role;
