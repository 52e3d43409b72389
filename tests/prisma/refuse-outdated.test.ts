import { expect, test } from 'vitest';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase } from '../support/database.ts';

test('a server that keeps its history to itself is taken as it is', async () => {
  const database = await createDatabase();
  const admin = openAdmin(database.url);
  await admin.query('revoke execute on function pg_control_system() from public');
  const gateway = createPool({ url: database.url, role: 'gateway', max: 1, applicationName: 'test' });
  await expect(gateway.query('select pg_control_system()')).rejects.toMatchObject({ code: '42501' });
  expect((await gateway.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await Promise.all([gateway.end(), admin.end()]);
  await database.drop();
});
