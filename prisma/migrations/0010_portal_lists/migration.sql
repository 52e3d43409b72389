-- What staff page through, filter and search. A list is ordered by (instant, org, id), each in the same direction, so that a place in it is one
-- row value; an index per filter that has rare values, none per combination.
create extension if not exists pg_trgm;
set role tributary_migrator;

drop index lead_created_at_org_id_id_idx, subscription_created_at_org_id_id_idx, addon_purchase_created_at_org_id_id_idx,
  incident_created_at_org_id_id_idx, ai_usage_event_used_at_org_id_id_idx, audit_log_at_org_id_seq_idx;
create index lead_created_at_org_id_id_idx on lead (created_at desc, org_id desc, id desc);
create index subscription_created_at_org_id_id_idx on subscription (created_at desc, org_id desc, id desc);
create index addon_purchase_created_at_org_id_id_idx on addon_purchase (created_at desc, org_id desc, id desc);
create index incident_created_at_org_id_id_idx on incident (created_at desc, org_id desc, id desc);
create index ai_usage_event_used_at_org_id_id_idx on ai_usage_event (used_at desc, org_id desc, id desc);
create index audit_log_at_org_id_seq_idx on audit_log (at desc, org_id desc, seq desc);
create index rated_period_listed on rated_period (period_start desc, org_id desc, meter desc);

create index lead_by_status on lead (status, created_at desc, org_id desc, id desc);
create index lead_by_source on lead (source, created_at desc, org_id desc, id desc);
create index lead_unpriced on lead (created_at desc, org_id desc, id desc) where status = 'converted' and fee_minor is null;
create index lead_found on lead using gin (company gin_trgm_ops, email gin_trgm_ops) where status is not null;
create index subscription_by_status on subscription (status, created_at desc, org_id desc, id desc);
create index subscription_by_plan on subscription (plan, created_at desc, org_id desc, id desc);
create index subscription_by_org on subscription (org_id, created_at desc, id desc) where org_id is not null;
create index addon_purchase_by_status on addon_purchase (status, created_at desc, org_id desc, id desc);
create index addon_purchase_by_sku on addon_purchase (sku, created_at desc, org_id desc, id desc);
create index incident_by_status on incident (status, created_at desc, org_id desc, id desc);
create index incident_by_severity on incident (severity, created_at desc, org_id desc, id desc);
create index incident_running on incident (resolution_due_at) where status <> 'resolved';
create index incident_missed on incident (created_at desc, org_id desc, id desc) where status = 'resolved' and resolved_at > resolution_due_at;
create index ai_usage_event_over_cap on ai_usage_event (used_at desc, org_id desc, id desc) where is_over_cap;
create index ai_usage_event_by_feature on ai_usage_event (feature, used_at desc, org_id desc, id desc);
create index rated_period_by_meter on rated_period (meter, period_start desc, org_id desc);
create index rated_period_open on rated_period (period_start desc, org_id desc, meter desc) where closed_at is null;
create index unrated_usage_listed on unrated_usage (period_start desc, org_id desc, meter desc);

-- Most entries are the engine's own: what people did and what failed is found among them by indices that hold nothing else.
create index audit_log_by_org on audit_log (org_id, at desc, seq desc) where org_id is not null;
create index audit_log_by_action on audit_log (action, at desc, org_id desc, seq desc);
create index audit_log_by_subject on audit_log (subject, at desc, org_id desc, seq desc);
create index audit_log_by_people on audit_log (actor_type, at desc, org_id desc, seq desc) where actor_type <> 'system';
create index audit_log_by_actor on audit_log (actor, at desc, org_id desc, seq desc) where actor_type <> 'system';
create index audit_log_not_ok on audit_log (outcome, at desc, org_id desc, seq desc) where outcome <> 'ok';
reset role;
