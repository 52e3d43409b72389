-- What CI tells of a run of evaluations beside the contract's members stands in `meta`: read once, so that it can be filtered and summed.
set role tributary_migrator;

-- A whole number, or nothing where anything else was told.
create function meta_count(meta jsonb, name text) returns bigint language sql immutable parallel safe set search_path = pg_catalog as $$
  select case when jsonb_typeof(meta -> name) = 'number' and (meta ->> name)::numeric between 0 and 9007199254740991
    then round((meta ->> name)::numeric)::bigint end
$$;
create function meta_word(meta jsonb, name text) returns text language sql immutable parallel safe set search_path = pg_catalog as $$
  select case when jsonb_typeof(meta -> name) = 'string' and length(meta ->> name) between 1 and 128 then meta ->> name end
$$;
alter table evaluation_run
  add column branch text not null generated always as (coalesce(meta_word(meta, 'branch'), '')) stored,
  add column cost_minor bigint generated always as (
    case when meta_word(meta, 'currency') ~ '^[A-Z]{3}$' then meta_count(meta, 'costMinor') end) stored,
  add column currency text generated always as (
    case when meta_word(meta, 'currency') ~ '^[A-Z]{3}$' then meta_word(meta, 'currency') end) stored,
  add column duration_ms bigint generated always as (meta_count(meta, 'durationMs')) stored,
  add column latency_ms bigint generated always as (meta_count(meta, 'latencyMs')) stored;

drop index evaluation_run_completed_at_org_id_id_idx;
create index evaluation_run_completed_at_org_id_id_idx on evaluation_run (completed_at desc, org_id desc, id desc);
create index evaluation_run_by_org on evaluation_run (org_id, completed_at desc, id desc);
create index evaluation_run_by_suite on evaluation_run (suite, completed_at desc, org_id desc, id desc);
create index evaluation_run_by_branch on evaluation_run (branch, completed_at desc, org_id desc, id desc);
create index evaluation_run_by_model on evaluation_run (model, completed_at desc, org_id desc, id desc);
create index evaluation_run_by_commit on evaluation_run (commit);
create index evaluation_run_failing on evaluation_run (completed_at desc, org_id desc, id desc) where failed > 0;
-- A suite's runs of one branch, in their order: each is compared with the one before it.
create index evaluation_run_line on evaluation_run (org_id, suite, branch, completed_at desc, id desc);

-- Slots as staff page through them.
create index job_slot_listed on job_slot (started_at desc, job desc, slot desc);
create index job_slot_by_job on job_slot (job, started_at desc, slot desc);
create index job_slot_not_done on job_slot (status, started_at desc, job desc, slot desc) where status in ('running', 'partial', 'failed');
reset role;
