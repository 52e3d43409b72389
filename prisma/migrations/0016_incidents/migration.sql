-- What staff do about an incident. Acknowledging and assigning are theirs alone: no fold of the tenant's events writes these columns, so that
-- it makes no difference in which order the two come. Escalating and resolving are told as events.
set role tributary_migrator;
alter table incident
  add column acknowledged_at timestamptz(3),
  add column acknowledged_by text,
  add column assignee uuid,
  -- The first time that staff escalated it: that ends the clock of the response.
  add column escalated_by_staff_at timestamptz(3),
  -- How often staff did something about it beside its events, and when last.
  add column handled integer not null default 0,
  add column handled_at timestamptz(3),
  -- The first resolution ever ends the clock of the response too, whatever was opened again.
  add column first_resolved_at timestamptz(3),
  add column state text not null generated always as (case when status = 'open' and acknowledged_at is not null then 'acknowledged' else status end) stored;
update incident i set first_resolved_at = r.at from (
  select e.org_id, e.entity_id, min(e.occurred_at) as at from event e
  join event_verdict v on v.org_id = e.org_id and v.event_id = e.id and v.status = 'applied'
  where e.entity_kind = 'incident' and e.type = 'incident.resolved' group by 1, 2) r
where r.org_id = i.org_id and r.entity_id = i.id;

drop index incident_by_status, incident_by_severity, incident_missed;
create index incident_open on incident (created_at desc, org_id desc, id desc) where status <> 'resolved';
create index incident_open_by_severity on incident (severity, created_at desc, org_id desc, id desc) where status <> 'resolved';
create index incident_open_by_org on incident (org_id, created_at desc, id desc) where status <> 'resolved';
create index incident_open_by_state on incident (state, created_at desc, org_id desc, id desc) where status <> 'resolved';
create index incident_resolved on incident (resolved_at desc, org_id desc, id desc) where status = 'resolved';
create index incident_resolved_by_severity on incident (severity, resolved_at desc, org_id desc, id desc) where status = 'resolved';
create index incident_resolved_by_org on incident (org_id, resolved_at desc, id desc) where status = 'resolved';
create index incident_missed on incident (resolved_at desc, org_id desc, id desc) where status = 'resolved' and resolved_at > resolution_due_at;
reset role;
