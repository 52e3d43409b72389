import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let admin: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 1);
  await admin.query("insert into org (id, name) values ('acme', 'Acme'), ('beta', 'Beta')");
  await admin.query(
    `insert into lead (org_id, id, status, created_at, version)
     select org, 'L-' || n, 'converted', '2026-01-01', 1 from unnest(array['acme', 'beta']) org, generate_series(1, 3) n`,
  );
  await admin.query(
    `insert into invoice (org_id, id, source, ref, status, currency, created_at, version)
     select id, 'i', 'rated', 'i', 'draft', 'EUR', now(), 1 from org`,
  );
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

async function expectBilled(...expected: readonly string[]) {
  const { rows } = await admin.query<{ id: string }>(
    "select org_id || ':' || id as id from lead where is_billed order by org_id, id",
  );
  expect(rows.map(({ id }) => id)).toEqual(expected);
}

test('a lead is billed from its first line to its last, whatever happens to them in one statement', async () => {
  await admin.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     select org, 'i', key, 'leads', 'Lead', 1, now(), source from (values ('acme', 'lead:L-1', 'lead:L-1'), ('acme', 'lead:L-1:2', 'lead:L-1'),
       ('acme', 'lead:L-2', 'lead:L-2'), ('beta', 'lead:L-3', 'lead:L-3'), ('beta', 'lead:none', 'lead:none'), ('beta', 'usage:m', null),
       ('beta', 'addon:L-1', 'addon:L-1')) as l (org, key, source)`,
  );
  await expectBilled('acme:L-1', 'acme:L-2', 'beta:L-3');
  await admin.query("delete from invoice_line where source_key in ('lead:L-1:2', 'lead:L-2')");
  await expectBilled('acme:L-1', 'beta:L-3');
  await admin.query("update invoice_line set source = 'lead:L-2' where source = 'lead:L-3'");
  await expectBilled('acme:L-1', 'beta:L-2');
  await admin.query("delete from invoice_line where source like 'lead:%'");
  await expectBilled();
});

test('a lead that comes onto an invoice has its day computed again and is not rated for it; one that changes is', async () => {
  await admin.query('delete from rating_mark; delete from metric_mark');
  await admin.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     values ('acme', 'i', 'lead:L-1', 'leads', 'Lead', 1, '2026-02-03', 'lead:L-1')`,
  );
  const marks = async () => ({
    rated: (await admin.query('select org_id from rating_mark')).rows,
    days: (await admin.query('select org_id, topic, day::text from metric_mark order by day')).rows,
  });
  expect(await marks()).toEqual({
    rated: [],
    days: ['2026-01-01', '2026-02-03'].map((day) => ({ org_id: 'acme', topic: 'leads', day })),
  });
  await admin.query("update lead set company = 'Other' where org_id = 'acme' and id = 'L-1'");
  expect((await marks()).rated).toEqual([{ org_id: 'acme' }]);
});
