-- Replays are listed, and counted, by their state and by who ordered them.
create index replay_run_by_status on replay_run (status, created_at desc, id desc);
create index replay_run_by_member on replay_run (ordered_by, created_at desc, id desc);
