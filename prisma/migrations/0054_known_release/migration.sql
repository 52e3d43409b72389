-- Gateway and worker ask whether the database has all migrations of their release before they work on it. What only computes a schema has no such
-- table. As the login that migrates, whose table it is.
do $$
begin
  if to_regclass('public._prisma_migrations') is not null then
    grant select on public._prisma_migrations to tributary_gateway, tributary_worker;
  end if;
end $$;
