import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyChosenSql, copySql, instantSql } from '#portal/exports/copy-sql';
import { findMade } from '#portal/exports/made-entry';
import { metaColumns, metaKeysMax, readMetaKeys } from '#portal/exports/meta-columns';
import { openExport } from '#portal/exports/open-export';
import { inlineBind } from '#portal/lists/bind';
import { leadsList } from '#portal/services/provider/leads-list';
import { leadsSource } from '#portal/services/provider/leads.service';
import { listMembers, listSessions, membersSource, sessionsSource } from '#portal/services/provider/staff.service';
import { walkedSql } from '#portal/services/provider/walked-source';
import type { Staff } from '#portal/auth/session';
import { openPortalBase, signedIn } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);
const columns = [
  { name: 'id', sql: 't.id', isText: true },
  { name: 'company', sql: 't.company', isText: true },
  { name: 'value', sql: 't.value_minor' },
];
const companies = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'plain', 'quo"te, comma\nline', "it's \\ here"];

let base: PortalBase;

beforeAll(async () => {
  base = await openPortalBase(now);
  await base.all.query("insert into org (id, name) values ('acme', 'Acme')");
  await base.all.query(
    `insert into lead (org_id, id, status, company, value_minor, created_at, version)
     select 'acme', 'L-' || n, 'new', c, -5, to_timestamp($2::float8 / 1000) + n * interval '1 second', 1 from unnest($1::text[]) with ordinality as u (c, n)`,
    [companies, now - 60_000],
  );
});
afterAll(async () => {
  await globalThis.portalExports?.pool.end();
  await base.close();
});

function sqlOf(params: Record<string, string>) {
  return copySql(leadsSource, leadsList.parse(params, { zone: 'UTC', now }), columns);
}

function ask(
  staff: Staff,
  sql: string,
  how: { zone?: string; hasMark?: boolean; timeoutMs?: number; id?: string } = {},
) {
  const { zone = 'UTC', hasMark = false, timeoutMs, id } = how;
  const { signal } = new AbortController();
  return openExport({ staff, name: 'leads', sql, zone, hasMark, about: { filters: 'q=x', id }, signal }, timeoutMs);
}

async function begin(...told: Parameters<typeof ask>) {
  const result = await ask(...told);
  if (typeof result === 'string') throw new Error(`no file: ${result}`);
  return result;
}

const audited = async (email: string) => {
  const { rows } = await base.all.query(
    "select outcome, detail from audit_log where action = 'export.made' and actor = $1 order by seq",
    [email],
  );
  return rows;
};

test('T24, T26: a file has every row in the order of the list, and no text of a tenant is a formula', async () => {
  const staff = await signedIn(base.all, 'provider');
  const text = await new Response(await begin(staff, sqlOf({ sort: 'createdAt' }))).text();
  const guarded = companies.map((company) => (/^[=+\-@\t\r]/.test(company) ? `'${company}` : company));
  const cells = guarded.map((company) => (/[",\n\r]/.test(company) ? `"${company.replaceAll('"', '""')}"` : company));
  expect(text).toBe(`id,company,value\n${cells.map((cell, i) => `L-${i + 1},${cell},-5\n`).join('')}`);
  expect(await audited(staff.email)).toEqual([
    {
      outcome: 'ok',
      detail: expect.objectContaining({ rows: companies.length, bytes: Buffer.byteLength(text), filters: 'q=x' }),
    },
  ]);
});

test.each(["it's", '\\', "'; drop table lead; --", '%', '"'])('a filter of %j is a value and never SQL', async (q) => {
  const text = await new Response(await begin(await signedIn(base.all, 'developer'), sqlOf({ q }))).text();
  const found = companies.filter((company) => company.includes(q));
  expect(text.match(/^L-/gm)?.length ?? 0).toBe(found.length);
  expect(inlineBind([q])).toMatch(/^array\[/);
});

test('a third export waits for its turn, a fourth is refused, and one that is over makes room', async () => {
  const staff = await signedIn(base.all, 'accountant');
  const [first, second] = await Promise.all([begin(staff, sqlOf({})), begin(staff, sqlOf({}))]);
  const third = begin(staff, sqlOf({}));
  expect(await ask(staff, sqlOf({}))).toBe('too_many');
  await first.cancel();
  await second.cancel();
  await (await third).cancel();
  await (await begin(staff, sqlOf({}))).cancel();
  expect((await audited(staff.email)).map(({ outcome }) => outcome)).toEqual([
    'canceled',
    'canceled',
    'canceled',
    'canceled',
  ]);
});

test('instants are told in the zone that was chosen, and Excel finds its mark', async () => {
  const columns = [{ name: 'created_at', sql: instantSql('t.created_at') }];
  const sql = copySql(leadsSource, leadsList.parse({ sort: 'createdAt' }, { zone: 'UTC', now }), columns);
  const tokyo = await begin(await signedIn(base.all, 'provider'), sql, { zone: 'Asia/Tokyo', hasMark: true });
  const bytes = new Uint8Array(await new Response(tokyo).arrayBuffer());
  expect(Array.from(bytes.slice(0, 3))).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes).split('\n')[1]).toBe('2026-11-24T22:59:01.000+09:00');
  const utc = await new Response(await begin(await signedIn(base.all, 'provider'), sql)).text();
  expect(utc.split('\n')[1]).toBe('2026-11-24T13:59:01.000+00:00');
});

test('an export that fails midway breaks off instead of ending, and the audit says so', async () => {
  const staff = await signedIn(base.all, 'provider', 'developer');
  const broken = sqlOf({}).replace('t.value_minor as "value"', '1 / (t.value_minor + 5) as "value"');
  await expect(new Response(await begin(staff, broken)).text()).rejects.toThrow();
  expect((await audited(staff.email)).map(({ outcome }) => outcome)).toEqual(['failed']);
});

test('a reader who stops reading holds no connection longer than an export may take', async () => {
  const staff = await signedIn(base.all, 'provider', 'accountant');
  const long = "copy (select repeat('x', 1000) from generate_series(1, 200000)) to stdout";
  const reader = (await begin(staff, long, { timeoutMs: 200 })).getReader();
  expect((await reader.read()).done).toBe(false);
  const open = async () =>
    (
      await base.all.query(
        "select from pg_stat_activity where datname = current_database() and application_name = 'portal exports' and state = 'active'",
      )
    ).rowCount;
  await expect.poll(open).toBe(0);
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow();
  await expect.poll(() => audited(staff.email)).toMatchObject([{ outcome: 'failed' }]);
});

test('what went wrong before a file began does not count as an open one', async () => {
  const staff = await signedIn(base.all, 'accountant', 'developer');
  for (let n = 0; n < 4; n++) await expect(ask(staff, sqlOf({}), { zone: 'No/Such' })).rejects.toThrow('No/Such');
  await (await begin(staff, sqlOf({}))).cancel();
});

const metaKeys = ['plain', "it's", 'a\\b', 'q"uote', "'; drop table lead; --", 'é, comma'];

test('what tenants told becomes columns by any key, and no key or value is SQL or a formula', async () => {
  const meta = Object.fromEntries(metaKeys.map((key, at) => [key, at === 0 ? '=1+1' : `${key} \\ told`]));
  await base.all.query("update lead set meta = $1 where id = 'L-7'", [JSON.stringify(meta)]);
  const query = leadsList.parse({ q: 'plain' }, { zone: 'UTC', now });
  expect([...(await readMetaKeys(base.portal, leadsSource, query))].toSorted()).toEqual(metaKeys.toSorted());
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const sql = copySql(leadsSource, query, metaColumns([...metaKeys, 'unknown', 'plain']));
  expect(await new Response(await begin(await signedIn(base.all, 'provider'), sql)).text()).toBe(
    `${[...metaKeys, 'unknown'].map((key) => quoted(`meta.${key}`)).join(',')}\n` +
      `'=1+1,${metaKeys
        .slice(1)
        .map((key) => quoted(`${key} \\ told`))
        .join(',')},\n`,
  );
  expect(metaColumns(['', 'x'.repeat(56), 'é'.repeat(28), 'a\0'])).toEqual([]);
  expect(metaColumns(Array.from({ length: 30 }, (_, n) => `k${n}`))).toHaveLength(metaKeysMax);
});

test('chosen rows are in their file, those of the list alone, whatever their ids have', async () => {
  const hostile = `it's \\ "x", :y`;
  await base.all.query(
    "insert into lead (org_id, id, status, company, created_at, version) values ('acme', $1, 'new', 'Odd', $2, 1)",
    [hostile, new Date(now - 1_000)],
  );
  const { filters } = leadsList.parse({}, { zone: 'UTC', now });
  const ids = ['acme:L-2', `acme:${hostile}`, 'acme:gone', 'other:L-1', "acme:'; drop table lead; --", 'L-1', ''];
  const sql = copyChosenSql(leadsSource, filters, ids, [{ name: 'company', sql: 't.company' }]);
  expect(await new Response(await begin(await signedIn(base.all, 'provider'), sql)).text()).toBe('company\nOdd\n+1\n');
  // By the beginning of its id.
  const open = leadsList.parse({ q: hostile.slice(0, 8) }, { zone: 'UTC', now }).filters;
  const fewer = copyChosenSql(leadsSource, open, ids, [{ name: 'company', sql: 't.company' }]);
  expect(await new Response(await begin(await signedIn(base.all, 'provider'), fewer)).text()).toBe('company\nOdd\n');
});

test('chosen sessions and members are in their file, also where they were used or renamed since they were chosen', async () => {
  const staff = await signedIn(base.all, 'provider');
  const fileOf = async <F>(source: Parameters<typeof walkedSql<F>>[0], keys: readonly string[]) => {
    const select = walkedSql(source, undefined, [...keys, 'no key'], inlineBind, { columns: 'm.email', rowsMax: 9 });
    return new Response(await begin(staff, `copy (${select}) to stdout (format csv)`)).text();
  };
  const [session] = (await listSessions(staff, staff.email)).rows;
  const [member] = (await listMembers(staff, { q: staff.email, isActive: false, lacksFactor: false })).rows;
  await base.all.query("update staff_session set last_seen_at = last_seen_at + interval '1 second'");
  await base.all.query("update staff_member set name = 'renamed ' || name");
  expect(await fileOf(sessionsSource(staff), [session?.key ?? ''])).toBe(`${staff.email}\n`);
  expect(await fileOf(membersSource(staff), [member?.key ?? ''])).toBe(`${staff.email}\n`);
});

test('a file of all that match has no more rows than can be chosen', async () => {
  const query = leadsList.parse({ sort: 'createdAt' }, { zone: 'UTC', now });
  const sql = copySql(leadsSource, query, [{ name: 'id', sql: 't.id' }], 2);
  expect(await new Response(await begin(await signedIn(base.all, 'provider'), sql)).text()).toBe('id\nL-1\nL-2\n');
});

test('an export is found by its id when it is over, by whoever made it, and its entry by whoever may read that', async () => {
  const id = '0195c7d2-6f1e-7000-8000-000000000001';
  const [maker, accountant] = [
    await signedIn(base.all, 'provider', 'accountant'),
    await signedIn(base.all, 'accountant'),
  ];
  expect(await findMade(maker, id)).toBeUndefined();
  for (const staff of [maker, accountant]) {
    await new Response(await begin(staff, sqlOf({ q: 'plain' }), { id })).text();
  }
  expect(await findMade(maker, id)).toEqual({
    outcome: 'ok',
    rows: 1,
    entry: expect.stringMatching(/^_provider:\d+$/),
  });
  expect(await findMade(accountant, id)).toEqual({ outcome: 'ok', rows: 1, entry: undefined });
  expect(await findMade(await signedIn(base.all, 'developer'), id)).toBeUndefined();
});
