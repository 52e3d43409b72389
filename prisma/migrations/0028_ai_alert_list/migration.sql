-- The list of alerts is walked by when they fired.
set role tributary_migrator;
create index ai_alert_by_time on ai_alert (fired_at, org_id, level);
reset role;
