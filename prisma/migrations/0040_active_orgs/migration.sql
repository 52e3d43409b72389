-- How many organisations were active on each day, beside the events that came in.
set role tributary_migrator;
create or replace function totals_of_log(days date[], until timestamptz default 'infinity')
returns table (metric text, day date, currency text, n bigint, minor bigint) language sql stable as $$
  select f.metric, d.day, 'XXX', f.n, 0::bigint
    from unnest(days) as d (day)
    cross join lateral (select count(*) filter (where e.key_id <> 'staff') as accepted, count(distinct e.org_id) as active
      from (select * from event where received_at >= utc_start(d.day) and received_at < least(utc_start(d.day + 1), until) offset 0) e) c
    cross join lateral (values ('all.log.accepted:', c.accepted), ('all.log.active:', c.active)) as f (metric, n)
    where f.n > 0
  union all
  select 'all.log.refused:', d.day, 'XXX', count(*), sum(a.repeats)::bigint
    from unnest(days) as d (day)
    cross join lateral (select * from delivery_attempt where at >= utc_start(d.day) and at < least(utc_start(d.day + 1), until) offset 0) a
    where a.status >= 300 group by d.day
$$;

-- Of the days that were read already.
insert into metric_day_total (metric, day, currency, n, minor)
  select 'all.log.active:', utc_day(e.received_at), 'XXX', count(distinct e.org_id), 0
  from event e join metric_watermark w on w.metric = 'all.trail' where e.received_at < utc_start(utc_day(w.through)) group by 2;
reset role;
