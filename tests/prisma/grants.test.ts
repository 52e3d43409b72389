import { expect, test } from 'vitest';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';
import { grants } from './grants.ts';

const held = `
  with roles as (select oid, substring(rolname from 'tributary_(.*)') as role from pg_roles
    where rolname in ('tributary_gateway', 'tributary_worker', 'tributary_portal')),
  tables as (select * from pg_class where relnamespace = 'public'::regnamespace)
  select role, string_agg(lower(a.privilege_type), ' ' order by a.privilege_type) as may, c.relname as name
  from tables c, aclexplode(c.relacl) a join roles r on r.oid = a.grantee group by role, name
  union all
  select role, lower(a.privilege_type), c.relname || '(' || string_agg(t.attname, ' ' order by t.attname) || ')'
  from tables c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a join roles r on r.oid = a.grantee group by role, c.relname, 2
  union all
  select role, 'execute', p.proname from pg_proc p, aclexplode(p.proacl) a join roles r on r.oid = a.grantee
  where p.pronamespace = 'public'::regnamespace
  order by 1, 2, 3`;

test('what gateway, worker and portal may do, table by table, is what is written down (24)', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url);
  const { rows } = await admin.query<{ role: string; may: string; name: string }>(held);
  const found: Record<string, Record<string, string>> = {};
  for (const { role, may, name } of rows) (found[role] ??= {})[name] = may;
  await admin.end();
  await database.drop();
  expect(found).toEqual(grants);
});
