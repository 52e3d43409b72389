-- What staff look refusals and replays up by. Written by the log's own flush, never on the way of an answer.
set role tributary_migrator;
create index delivery_attempt_code on delivery_attempt (code, at desc, id desc);
create index delivery_attempt_key on delivery_attempt (claimed_key_id, at desc, id desc) where claimed_key_id is not null;
create index delivery_attempt_delivery on delivery_attempt (idempotency_key, at desc, id desc) where idempotency_key is not null;
create index delivery_attempt_event on delivery_attempt (event_id, at desc, id desc) where event_id is not null;
create index delivery_attempt_request on delivery_attempt (request_id);
-- Either kind may be one in a million of the other.
create index delivery_attempt_replayed on delivery_attempt (at desc, id desc) where status < 300;
create index delivery_attempt_refused on delivery_attempt (at desc, id desc) where status >= 300;
reset role;
