set role tributary_migrator;

-- What a lead was and what it is now came together by a join of the two transition tables, which have no index: where joins by hash are off, as they
-- are in every transaction of the worker, pair by pair, 23 s for 10,000 leads that went on invoices at once. Grouped by lead they are read once. A
-- lead of which nothing but its being billed changed is nothing new to be rated.
create or replace function mark_changed_leads() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from told) then
    return null;
  end if;
  insert into rating_mark (org_id, stream, first_at, last_at)
    select org_id, 'leads', min(first_at), max(last_at)
    from (select org_id, min(created_at) as first_at, max(created_at) as last_at
      from (select org_id, id, created_at, is_billed from told union all select org_id, id, created_at, is_billed from was) c
      group by org_id, id having bool_and(is_billed) = bool_or(is_billed)) c
    group by org_id;
  insert into metric_mark (org_id, topic, day)
    select distinct c.org_id, 'leads', utc_day(i.at) from (select org_id, created_at, converted_at from told
      union all select org_id, created_at, converted_at from was) c, lateral (values (c.created_at), (c.converted_at)) as i (at)
    where i.at is not null;
  return null;
end $$;

-- What is to be rated and counted anew was noted by one function for all tables, which put its statements together, and had them planned, each time
-- it was called: two thirds of what a row's marks cost. A function a table keeps its plans. Its triggers stay what they were.
do $$
declare
  source record;
  rating text;
begin
  for source in
    select g.tgname as name, c.relname as told_of, pg_get_triggerdef(g.oid) as definition, string_to_array(encode(g.tgargs, 'escape'), '\000') as args
    from pg_trigger g join pg_class c on c.oid = g.tgrelid where g.tgfoid = 'mark_source'::regproc
  loop
    rating := case when source.args[1] <> '' then format('insert into rating_mark (org_id, stream, first_at, last_at)
    select org_id, %L, min(%3$I), max(%3$I) from told where %3$I is not null group by org_id;', source.args[1], null, source.args[3]) end;
    execute format('create or replace function %I() returns trigger language plpgsql security definer set search_path = pg_catalog, public as %L',
      'mark_' || source.told_of, format('
begin
  if not exists (select from told) then
    return null;
  end if;
  %s
  insert into metric_mark (org_id, topic, day)
    select distinct t.org_id, %L, utc_day(i.at) from told t, lateral (values (t.%I), (t.%I)) as i (at) where i.at is not null;
  return null;
end', rating, source.args[2], source.args[3], coalesce(nullif(source.args[4], ''), source.args[3])));
    execute format('revoke execute on function %I() from public', 'mark_' || source.told_of);
    execute format('drop trigger %I on %I', source.name, source.told_of);
    execute regexp_replace(source.definition, 'mark_source\(.*\)', format('%I()', 'mark_' || source.told_of));
  end loop;
end $$;
drop function mark_source();

reset role;
