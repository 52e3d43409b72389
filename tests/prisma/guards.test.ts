import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { createPool, inTenants } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { acceptAll, makeOrg } from '../support/events.ts';

let database: TestDatabase;
let admin: pg.Pool;
const pools = new Map<string, pg.Pool>();
const roles = ['gateway', 'worker', 'portal', 'verifier'] as const;

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 4);
  for (const role of roles)
    pools.set(role, createPool({ url: database.url, role, max: 4, applicationName: `test-${role}` }));
  const org = await makeOrg(admin, 'acme');
  await makeOrg(admin, 'other');
  const refs = await acceptAll(admin, org, [{ type: 'lead.created' }, { type: 'invoice.issued' }]);
  await applyEvents(poolOf('worker'), refs, 'event:test');
});

afterAll(async () => {
  for (const pool of pools.values()) await pool.end();
  await admin.end();
  await database.drop();
});

function poolOf(role: (typeof roles)[number]): pg.Pool {
  const pool = pools.get(role);
  if (!pool) throw new Error(role);
  return pool;
}

async function tenantTables(): Promise<string[]> {
  const { rows } = await admin.query<{
    name: string;
  }>(`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id') order by 1`);
  return rows.map(({ name }) => name);
}

async function countAs(role: 'gateway' | 'worker', orgIds: readonly string[], table: string): Promise<number | string> {
  return inTenants(poolOf(role), orgIds, async (client) => {
    const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    return rows[0]?.n ?? -1;
  }).catch((error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? '') : String(error)));
}

test('a transaction that speaks for nobody sees no row of any tenant (21, 22)', async () => {
  for (const table of await tenantTables()) {
    expect([0, '42501'], table).toContain(await countAs('worker', [], table));
    expect([0, '42501'], table).toContain(await countAs('gateway', [], table));
  }
});

test('a transaction that speaks for one tenant sees nothing of another (1, 7)', async () => {
  expect(await countAs('worker', ['acme'], 'lead')).toBe(1);
  expect(await countAs('worker', ['other'], 'lead')).toBe(0);
  expect(await countAs('gateway', ['other'], 'event')).toBe(0);
});

test('a write for another tenant is refused (22)', async () => {
  const write = inTenants(poolOf('worker'), ['other'], (client) =>
    client.query("insert into lead (org_id, id, status, created_at, version) values ('acme', 'x', 'new', now(), 1)"),
  );
  await expect(write).rejects.toMatchObject({ code: '42501' });
});

test('P12: a late statement after its transaction has no tenant and is refused', async () => {
  const client = await poolOf('worker').connect();
  await client.query('begin');
  await client.query("select set_config('app.tenants', '{acme}', true)");
  await client.query('rollback');
  const late = client.query(
    "insert into lead (org_id, id, status, created_at, version) values ('acme', 'late', 'new', now(), 1)",
  );
  await expect(late).rejects.toMatchObject({ code: '42501' });
  client.release();
});

describe('what each role may do (24)', () => {
  test.each([
    ['gateway', "insert into event (org_id) values ('acme')"],
    ['gateway', 'select * from lead'],
    ['gateway', 'select * from federation_secret'],
    ['gateway', 'delete from event_pending'],
    ['worker', "insert into event (org_id) values ('acme')"],
    ['worker', "update event set body = ''"],
    ['worker', "insert into audit_log (org_id) values ('acme')"],
    ['worker', 'select * from federation_secret'],
    ['worker', 'select * from staff_member'],
    ['worker', 'create table mine (id int)'],
    ['portal', "update lead set status = 'new'"],
    [
      'portal',
      "insert into staff_command (org_id, id, kind, body, actor, reason) values ('acme', gen_random_uuid(), 'void', '{}', 'x', 'x')",
    ],
    ['portal', 'select ciphertext from federation_secret'],
    ['portal', 'select token from payment'],
    ['portal', 'select payment_token from org_billing'],
    ['portal', 'select body from staff_command'],
    ['verifier', 'select * from federation_secret'],
    ['verifier', "update lead set status = 'new'"],
  ] as const)('%s may not: %s', async (role, sql) => {
    await expect(poolOf(role).query(sql)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('append-only (80)', () => {
  test.each(['audit_log', 'billing_ledger', 'event'])('%s takes no change, not even from its owner', async (table) => {
    if (table === 'billing_ledger') {
      await admin.query(
        `insert into billing_ledger (org_id, transaction_id, entry, account, amount_minor, currency, at, fact)
          values ('acme', 't', 1, 'cash', 1, 'EUR', now(), 'paid'), ('acme', 't', 2, 'credit', -1, 'EUR', now(), 'paid')`,
      );
    }
    await expect(admin.query(`update ${table} set org_id = 'other'`)).rejects.toThrow('append-only');
    await expect(admin.query(`delete from ${table}`)).rejects.toThrow('append-only');
  });

  test('a transaction of the ledger that does not balance is refused', async () => {
    const unbalanced = `insert into billing_ledger (org_id, transaction_id, entry, account, amount_minor, currency, at, fact)
      values ('acme', 'u', 1, 'cash', 2, 'EUR', now(), 'paid'), ('acme', 'u', 2, 'credit', -1, 'EUR', now(), 'paid')`;
    await expect(admin.query(unbalanced)).rejects.toMatchObject({
      code: '23514',
      constraint: 'billing_ledger_balance',
    });
  });

  test.each(['audit_log', 'billing_ledger'])('%s cannot be emptied', async (table) => {
    await expect(admin.query(`truncate ${table}`)).rejects.toThrow('append-only');
  });
});

test('an audit entry for a chain the transaction does not speak for is refused', async () => {
  const entry = JSON.stringify([{ org_id: 'other', actor_type: 'system', actor: 'x', action: 'a', subject: 's' }]);
  const append = inTenants(poolOf('worker'), ['acme'], (client) => client.query('select append_audit($1)', [entry]));
  await expect(append).rejects.toMatchObject({ code: '42501' });
});

test('eight writers at once leave one chain without a fork (81)', async () => {
  const entries = (n: number) =>
    JSON.stringify(
      Array.from({ length: 5 }, (_, i) => ({
        org_id: 'acme',
        actor_type: 'system',
        actor: 'x',
        action: 'a',
        subject: `${n}/${i}`,
      })),
    );
  const before = await admin.query<{ n: number }>("select max(seq)::int as n from audit_log where org_id = 'acme'");
  await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      inTenants(poolOf('worker'), ['acme'], (client) => client.query('select append_audit($1)', [entries(n)])),
    ),
  );
  const after = await admin.query<{ n: number }>("select max(seq)::int as n from audit_log where org_id = 'acme'");
  expect((after.rows[0]?.n ?? 0) - (before.rows[0]?.n ?? 0)).toBe(200);
  expect((await admin.query('select * from invariant_e7')).rows).toEqual([]);
});

test("functions with the owner's rights pin their search path, views use the reader's (26)", async () => {
  const open =
    await admin.query(`select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
    and not coalesce(array_to_string(p.proconfig, ','), '') like '%search_path=%'`);
  expect(open.rows).toEqual([]);
  const callable =
    await admin.query(`select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
    and has_function_privilege('public', p.oid, 'execute')`);
  expect(callable.rows).toEqual([]);
  const views =
    await admin.query(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'v'
    and not coalesce(array_to_string(reloptions, ','), '') like '%security_invoker=true%'`);
  expect(views.rows).toEqual([]);
});

test("every foreign key between tenants' tables carries the tenant (25)", async () => {
  const { rows } =
    await admin.query(`select conname from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace
    and exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'org_id')
    and exists (select 1 from pg_attribute a where a.attrelid = k.confrelid and (a.attname = 'org_id' or k.confrelid = 'org'::regclass))
    and not exists (select 1 from pg_attribute a where a.attrelid = k.conrelid and a.attname = 'org_id' and a.attnum = any (k.conkey))`);
  expect(rows).toEqual([]);
});

test('lines of an invoice that is rated here are only ever added; those of a reported one change with its events', async () => {
  await admin.query(`insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, total_minor, due_minor, created_at, version)
      values ('acme', 'inv_rated', 'rated', 'r', 'draft', 'EUR', 5, 5, 5, now(), 1);
    insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at)
      values ('acme', 'inv_rated', 'addon:a', 'addons', 'a', 5, now())`);
  const asWorker = (sql: string) =>
    inTenants(poolOf('worker'), ['acme'], async (client) => (await client.query(sql)).rowCount);
  for (const sql of ['update invoice_line set amount_minor = 6', 'delete from invoice_line'])
    await expect(asWorker(`${sql} where invoice_id = 'inv_rated'`), sql).rejects.toMatchObject({ code: '42501' });
  expect(await asWorker("update invoice_line set description = 'x' where source_key = 'reported'")).toBe(1);
});

test('an invoice that was opened takes no line, and what it says of itself stays; what is paid of it moves', async () => {
  await admin.query(`insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, total_minor, due_minor, created_at, version)
      select 'acme', id, 'rated', id, 'draft', 'EUR', 5, 5, 5, now(), 1 from unnest(array['inv_draft', 'inv_opened']) as id`);
  const asWorker = (sql: string) =>
    inTenants(poolOf('worker'), ['acme'], async (client) => (await client.query(sql)).rowCount);
  const addTo = (...ids: string[]) =>
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at)
       select 'acme', id, 'addon:' || id, 'addons', 'a', 5, now() from unnest(array['${ids.join("', '")}']) as id`;
  const set = (what: string) => `update invoice set ${what} where org_id = 'acme' and id = 'inv_opened'`;
  const open = set("status = 'open', number = 'INV-1', issued_at = now(), due_at = now()");
  await inTenants(poolOf('worker'), ['acme'], async (client) => {
    for (const sql of [addTo('inv_opened'), open]) expect((await client.query(sql)).rowCount).toBe(1);
  });
  for (const ids of [['inv_opened'], ['inv_draft', 'inv_opened']])
    await expect(asWorker(addTo(...ids).replace("'addon:'", "'late:'"))).rejects.toMatchObject({ code: '42501' });
  for (const what of [
    'subtotal_minor = 4, total_minor = 4, due_minor = 4',
    'tax_minor = 1, total_minor = 6, due_minor = 6',
    "currency = 'USD'",
    "number = 'INV-2'",
    'number = null',
    'due_at = null',
    "status = 'draft'",
    "source = 'reported'",
  ])
    await expect(asWorker(set(what)), what).rejects.toMatchObject({ code: '42501' });
  expect(
    await asWorker(set("status = 'paid', paid_minor = 5, due_minor = 0, paid_at = now(), parked_at = now()")),
  ).toBe(1);
  expect(await asWorker(addTo('inv_draft'))).toBe(1);
});
