-- Who told an event is the actor of its entry: the key that signed it, with the request that brought it.
set role tributary_migrator;

-- Most entries are of keys now: what everybody else did is found by an index that holds nothing else. What one actor did is found for all of them.
drop index audit_log_by_people, audit_log_by_actor;
create index audit_log_by_type on audit_log (actor_type, at desc, org_id desc, seq desc) where actor_type <> 'key';
create index audit_log_by_actor on audit_log (actor, at desc, org_id desc, seq desc);
create index audit_log_by_request on audit_log ((detail ->> 'requestId')) where detail ->> 'requestId' is not null;
reset role;
