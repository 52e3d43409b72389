-- Replays are listed, and counted, by their state and by who ordered them.
create index replay_run_by_status on replay_run (status, created_at desc, id desc);
create index replay_run_by_member on replay_run (ordered_by, created_at desc, id desc);

-- The entries of an address that somebody signed in from, or failed to.
create index audit_log_by_address on audit_log ((detail ->> 'address'), at desc, org_id desc, seq desc) where detail ->> 'address' is not null;
