import { beforeEach, expect, test } from 'vitest';
import { stockNames } from '#domain/stocks';
import { readLevels } from '#prisma/metric-reads';
import type { ChangeMetric } from '#prisma/metric-reads';
import { readStocks } from '#prisma/stock-reads';
import { useBooks } from '../../support/books.ts';
import { makeOrg } from '../../support/events.ts';
import { rollUpMetrics } from '../../support/roll-up.ts';
import { jobWaits, seeded } from './histories.ts';

const { admin, worker } = await useBooks(jobWaits);

const rollUp = (at = '2026-03-15T12:00:00Z') =>
  rollUpMetrics(worker, { slot: at.slice(0, 16), at: Date.parse(at), isForced: false });

const days = Array.from({ length: 60 }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10));
const spans = { starts: days, until: '2026-03-02' };

/** What rows say that there was at the end of a day. */
const whole: Readonly<Partial<Record<ChangeMetric, string>>> = {
  'leads.open_net': `select 'XXX' as currency, count(*) as n, 0 as minor from lead
    where created_at < d and not (status = 'converted' and converted_at < d) and not (status = 'disqualified' and disqualified_at < d)`,
  'leads.unbilled_net': `select coalesce(fee_currency, 'XXX') as currency, count(*) as n, coalesce(sum(fee_minor), 0) as minor from lead l
    where status = 'converted' and converted_at < d
      and not exists (select from invoice_line b where b.org_id = l.org_id and b.source = 'lead:' || l.id and b.created_at < d) group by 1`,
  'incidents.open_net': `select 'XXX' as currency, count(*) as n, 0 as minor from incident
    where created_at < d and not (status = 'resolved' and resolved_at < d)`,
  'incidents.breaching_net': `select 'XXX' as currency, count(*) as n, 0 as minor from incident
    where resolution_due_at < d and not (status = 'resolved' and resolved_at < greatest(d, resolution_due_at))`,
  'receivable.overdue_net': `select i.currency, count(*) as n, sum(b.minor) as minor from invoice i
    cross join lateral (select sum(amount_minor) as minor from billing_ledger l where l.org_id = i.org_id and l.invoice_id = i.id
      and l.account = 'receivable' and l.at < d) b
    where utc_day(i.due_at) + 1 < utc_day(d) and (i.given_up_at is null or i.given_up_at >= d) and b.minor > 0 group by 1`,
};

async function expectLevels(orgIds?: readonly string[]) {
  for (const [name, source] of Object.entries(whole)) {
    const names = Object.keys(whole).filter((one): one is ChangeMetric => one === name);
    const told = await readLevels(admin, names, spans, orgIds);
    const { rows } = await admin.query<{ day: string; currency: string; n: string; minor: string }>(
      `select day::text, s.currency, s.n::text, s.minor::text from unnest($1::date[]) as day
       cross join lateral (select utc_start(day + 1) as d) e cross join lateral (${source}) s where s.n <> 0 order by 2, 1`,
      [days],
    );
    const levels = told.filter(({ n }) => n !== 0n);
    expect(rows.length, name).toBeGreaterThan(20);
    expect(
      levels.map(({ day, currency, n, minor }) => `${day} ${currency} ${n} ${minor}`),
      name,
    ).toEqual(rows.map(({ day, currency, n, minor }) => `${day} ${currency} ${n} ${minor}`));
  }
}

const anyDay = (random: () => number) => new Date(Date.UTC(2026, 0, 1) + random() * 59 * 86_400_000).toISOString();

/** Rows of one kind, some of them changed again by a later call of the same. */
async function tell(org: string, random: () => number) {
  const below = (n: number) => Math.floor(random() * n);
  for (let round = 0; round < 40; round++) {
    const [first, second, last] = [anyDay(random), anyDay(random), anyDay(random)].toSorted();
    const id = `x-${below(25)}`;
    const status = ['new', 'converted', 'disqualified'][below(3)];
    await admin.query(
      `insert into lead as l (org_id, id, status, created_at, converted_at, disqualified_at, fee_minor, fee_currency, version)
       values ($1, $2, $3, $4, case when $3 = 'converted' then $5::timestamptz end, case when $3 = 'disqualified' then $5::timestamptz end, $6, $7, 1)
       on conflict (org_id, id) do update set status = excluded.status, converted_at = excluded.converted_at, disqualified_at = excluded.disqualified_at
         where l.status <> 'converted' and l.created_at <= $5`,
      [org, id, status, first, second, ...(below(3) > 0 ? [below(900), ['EUR', 'JPY'][below(2)]] : [null, null])],
    );
    await admin.query(
      `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
       select org_id, 'bill', 'lead:' || id, 'leads', 'Lead', 1, $3, 'lead:' || id from lead
       where org_id = $1 and id = $2 and status = 'converted' and converted_at <= $3 on conflict do nothing`,
      [org, `x-${below(25)}`, last],
    );
    await admin.query(
      `insert into incident as i (org_id, id, status, created_at, resolution_due_at, resolved_at, version)
       values ($1, $2, $3, $4, $5, case when $3 = 'resolved' then $6::timestamptz end, 1)
       on conflict (org_id, id) do update set status = excluded.status, resolved_at = excluded.resolved_at where i.created_at <= $6`,
      [org, id, ['open', 'resolved'][below(2)], first, below(2) ? second : last, below(2) ? second : last],
    );
    await invoice(org, `${first}-${round}`, { first, second, last, kind: below(4), minor: 100 + below(900) });
  }
  await admin.query("delete from invoice_line where org_id = $1 and source_key in ('lead:x-3', 'lead:x-4')", [org]);
}

interface Invoiced {
  readonly first: string | undefined;
  readonly second: string | undefined;
  readonly last: string | undefined;
  readonly kind: number;
  readonly minor: number;
}

/** Issued first, due second, and at last paid, paid in part, given up or left. */
async function invoice(org: string, id: string, { first, second, last, kind, minor }: Invoiced) {
  await admin.query(
    `insert into invoice (org_id, id, source, ref, status, currency, issued_at, due_at, created_at, version)
     values ($1, $2, 'reported', $2, 'open', 'EUR', $3, $4, $3, 1)`,
    [org, id, first, second],
  );
  const book = (name: string, at: string | undefined, amount: number) =>
    admin.query(
      `insert into billing_ledger (org_id, transaction_id, entry, account, invoice_id, amount_minor, currency, at, fact)
       select $1, $2 || $3, e, (array['receivable', 'cash'])[e], $2, $5 * (3 - 2 * e), 'EUR', $4, 'issued' from generate_series(1, 2) e`,
      [org, id, name, at, amount],
    );
  await book('issued', first, minor);
  if (kind < 2) await book('paid', last, kind === 0 ? -minor : -50);
  await admin.query(`update invoice set version = 2, given_up_at = $3 where org_id = $1 and id = $2`, [
    org,
    id,
    kind === 2 ? last : null,
  ]);
}

test('what there was at the end of each day is what rows say that there was then, of all and of one organisation', async () => {
  const random = seeded(7);
  const org = await makeOrg(admin);
  await admin.query(
    "insert into invoice (org_id, id, source, ref, status, currency, created_at, version) values ($1, 'bill', 'rated', 'bill', 'draft', 'EUR', now(), 1)",
    [org],
  );
  for (let round = 0; round < 3; round++) {
    await tell(org, random);
    await rollUp();
    await expectLevels();
  }
  await makeOrg(admin);
  await expectLevels([org]);
  const { rows } = await admin.query("select * from metric_differences('2025-12-01', '2026-09-01')");
  expect(rows).toEqual([]);
});

const kept = (names: Parameters<typeof readStocks>[1], orgIds?: readonly string[]) =>
  readStocks(admin, names, { from: '2026-01-01', until: '2027-01-01' }, orgIds);

beforeEach(() => admin.query('delete from stock_day'));

async function noteUnrated(org: string, ...meters: readonly string[]) {
  await admin.query(
    `insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
     select $1, m, '2026-03-01', '2026-04-01', 'no_price', 1, 1, now() from unnest($2::text[]) m`,
    [org, meters],
  );
}

test('what rows do not tell later is kept of a day once, when it is over, of each organisation and of all', async () => {
  const [one, other] = [await makeOrg(admin), await makeOrg(admin)];
  await noteUnrated(one, 'calls', 'seats');
  await noteUnrated(other, 'calls');
  await rollUp('2026-03-16T00:05:00Z');
  await noteUnrated(one, 'bytes');
  await rollUp('2026-03-16T00:10:00Z');
  const on15th = { stock: 'usage.unrated:no_price', day: '2026-03-15', currency: 'XXX', minor: 0n };
  expect(await kept(['usage.unrated:no_price'])).toEqual([{ ...on15th, n: 3n }]);
  expect(await kept(['usage.unrated:no_price'], [one])).toEqual([{ ...on15th, n: 2n }]);
  await rollUp('2026-03-17T00:05:00Z');
  expect((await kept(['usage.unrated:no_price'])).map(({ day, n }) => `${day} ${n}`)).toEqual([
    '2026-03-15 3',
    '2026-03-16 4',
  ]);
});

test('a day that nobody looked at within an hour of its end is not known, and one on which there was nothing is', async () => {
  await rollUp('2026-03-19T01:00:00Z');
  expect(await kept(stockNames)).toEqual([]);
  await rollUp('2026-03-20T00:59:59Z');
  const told = await kept(stockNames);
  expect(new Set(told.map(({ stock }) => stock))).toEqual(new Set(stockNames));
  expect(told.find(({ stock }) => stock === 'books.gaps')).toMatchObject({ day: '2026-03-19', n: 0n });
  const org = await makeOrg(admin);
  expect(await kept(['keys.due'], [org])).toMatchObject([{ day: '2026-03-19', n: 0n }]);
});

test('days of more than thirteen months ago are let go', async () => {
  await rollUp('2026-03-16T00:05:00Z');
  await rollUp('2027-04-25T00:05:00Z');
  const { rows } = await admin.query<{ day: string }>('select distinct day::text from stock_day');
  expect(rows).toEqual([{ day: '2027-04-24' }]);
});
