-- The grace by which a period was closed, where the org's own became another since: what was late then stays late.
set role tributary_migrator;
alter table rated_period add column grace_hours smallint;
reset role;
