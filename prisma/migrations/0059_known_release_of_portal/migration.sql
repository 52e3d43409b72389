-- As gateway and worker, the portal asks whether the database has all migrations of its release. As the login that migrates, whose table it is.
do $$
begin
  if to_regclass('public._prisma_migrations') is not null then
    grant select on public._prisma_migrations to tributary_portal;
  end if;
end $$;
