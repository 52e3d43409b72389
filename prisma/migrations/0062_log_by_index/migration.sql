-- How long decisions took is told of the newest events: what was decided in a span lies together, as it came in, and what comes in changes next to
-- nothing of such an index. By its key each of the 2,000 is a page of its own.
set role tributary_migrator;
create index event_verdict_received on event_verdict using brin (received_at) with (pages_per_range = 16, autosummarize = on);
-- What was rejected is counted from its index alone: whose it was is there too, and the few that staff told are by themselves.
drop index event_verdict_rejected;
create index event_verdict_rejected on event_verdict (received_at desc, event_id desc) include (org_id) where status = 'rejected';
create index event_of_staff on event (org_id, id) where key_id = 'staff';
reset role;
