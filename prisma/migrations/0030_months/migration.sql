-- What an org's MRR did in each UTC month in which it moved: what reads the course of MRR, of all orgs, reads these and a month of movements at
-- most, not all movements there ever were.
set role tributary_migrator;

create table mrr_month (
  org_id text not null references org (id) on delete restrict on update cascade,
  currency text not null,
  month date not null,
  -- The first month, and the ones before and after in which it moved: without any, the ends of time.
  cohort date not null,
  previous_month date not null,
  next_month date not null,
  -- At the month's end.
  level_minor bigint not null,
  new_minor bigint not null,
  reactivation_minor bigint not null,
  expansion_minor bigint not null,
  contraction_minor bigint not null,
  churn_minor bigint not null,
  primary key (org_id, currency, month)
);
create index mrr_month_month_idx on mrr_month (month);
create index mrr_month_next_month_idx on mrr_month (next_month);

alter table mrr_month enable row level security;
alter table mrr_month force row level security;
create policy owner_functions on mrr_month to tributary_migrator using (true) with check (true);
create policy own_sets on mrr_month to tributary_worker using (org_id in (select unnest(app_tenants())))
  with check (org_id in (select unnest(app_tenants())));
create policy staff_read on mrr_month for select to tributary_portal using (true);
create policy verify on mrr_month for select to tributary_verifier using (true);

create function mrr_months_of(orgs text[]) returns setof mrr_month language sql stable as $$
  with moved as (
    select org_id, currency, date_trunc('month', at at time zone 'UTC')::date as month,
      coalesce(sum(amount_minor) filter (where kind = 'new'), 0)::bigint as added,
      coalesce(sum(amount_minor) filter (where kind = 'reactivation'), 0)::bigint as reactivated,
      coalesce(sum(amount_minor) filter (where kind = 'expansion'), 0)::bigint as expanded,
      coalesce(sum(amount_minor) filter (where kind = 'contraction'), 0)::bigint as contracted,
      coalesce(sum(amount_minor) filter (where kind = 'churn'), 0)::bigint as churned
    from mrr_movement where org_id = any (orgs) group by 1, 2, 3)
  select org_id, currency, month, min(month) over w, coalesce(lag(month) over w, '-infinity'), coalesce(lead(month) over w, 'infinity'),
    (sum(added + reactivated + expanded - contracted - churned) over w)::bigint, added, reactivated, expanded, contracted, churned
  from moved window w as (partition by org_id, currency order by month)
$$;

-- Of all orgs together, by the first day of the month: the orgs above 0 at its start that were at 0 at its end, what moved the MRR of those above 0
-- at its start, but reactivations, and how each cohort changed, which adds up to what is left of it.
create function totals_of_mrr(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  with moved as materialized (
    select month, currency, cohort, level_minor as level, expansion_minor - contraction_minor - churn_minor as kept,
      level_minor - new_minor - reactivation_minor - expansion_minor + contraction_minor + churn_minor as before
    from mrr_month where month = any (days) and utc_start(month) < until)
  select 'all.mrr.lost:', month, currency, count(*), sum(before)::bigint from moved where before > 0 and level <= 0 group by month, currency
  union all
  select 'all.mrr.kept:', month, currency, count(*), sum(kept)::bigint from moved where before > 0 group by month, currency
  union all
  select 'all.mrr.cohorts:' || to_char(cohort, 'YYYY-MM'), month, currency,
    (count(*) filter (where level > 0) - count(*) filter (where before > 0))::bigint, sum(level - before)::bigint
    from moved group by cohort, month, currency
$$;

-- Who has movements is rolled up again.
insert into metric_mark (org_id, topic, day) select distinct org_id, 'subscriptions', date '2000-01-01' from mrr_movement;

grant select on mrr_month to tributary_worker, tributary_portal, tributary_verifier;
grant insert, update, delete on mrr_month to tributary_worker;
reset role;
