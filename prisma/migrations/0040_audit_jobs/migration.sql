-- What a job did, whatever the slot: each slot acts under a name of its own, `job:name:slot`.
set role tributary_migrator;
create index audit_log_by_job on audit_log (split_part(actor, ':', 2), at desc, org_id desc, seq desc) where actor like 'job:%';
reset role;
