import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SlotAt } from '#activities/jobs/job-phase';
import { summariesPhase, type AiNotices } from '#activities/metrics/summaries-phase';
import { summarize } from '#domain/billing/ai-summary';
import { balanceAt } from '#domain/billing/credits';
import { decimal, formatDecimal } from '#domain/decimal';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase, type TestDatabase } from '../../support/database.ts';
import { makeOrg } from '../../support/events.ts';
import { seeded } from './histories.ts';

let database: TestDatabase;
let admin: pg.Pool;
let worker: pg.Pool;
let told: AiNotices[] = [];

beforeAll(async () => {
  database = await createDatabase();
  admin = openAdmin(database.url, 6);
  worker = createPool({ url: database.url, role: 'worker', max: 8, applicationName: 'test' });
  await admin.query(`insert into plan (id, name, ai_allowance) values
    ('soft', 'Soft', '{"credits": "100", "alertLevels": [75, 90, 100], "isHardCap": false}'),
    ('hard', 'Hard', '{"credits": "100", "alertLevels": [75, 90, 100], "isHardCap": true}'),
    ('large', 'Large', '{"credits": "1000", "alertLevels": [75, 90, 100], "isHardCap": true}')`);
});

afterAll(async () => {
  await worker.end();
  await admin.end();
  await database.drop();
});

function slotAt(at: string): SlotAt {
  return { slot: at.slice(0, 16), at: Date.parse(at), isForced: false };
}

const march = slotAt('2026-03-20T12:00:00Z');

async function rollUp(slot: SlotAt = march) {
  const phase = summariesPhase(worker, 'metrics', (notices) => told.push(notices));
  const due = await phase.due(slot, undefined);
  return due.length === 0 ? undefined : phase.apply(due, slot);
}

async function makeOrgOn(plan?: string): Promise<string> {
  const org = await makeOrg(admin);
  if (plan)
    await admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-01-01', $2)", [org, plan]);
  return org;
}

interface Use {
  readonly id: string;
  readonly at: string;
  readonly credits: string;
  readonly feature?: string;
  readonly model?: string;
}

async function use(org: string, uses: readonly Use[]): Promise<void> {
  const rows = uses.map(({ id, at, credits, feature = 'pricing', model }) => ({
    org_id: org,
    id,
    feature,
    model,
    credits,
    prompt_tokens: 10,
    used_at: at,
    version: 1,
    is_over_cap: false,
  }));
  await admin.query('insert into ai_usage_event select * from json_populate_recordset(null::ai_usage_event, $1)', [
    JSON.stringify(rows),
  ]);
}

async function grant(
  org: string,
  id: string,
  credits: string,
  from: string,
  until?: string,
  priority = 100,
): Promise<void> {
  await admin.query(
    "insert into credit_grant (org_id, source, id, credits, granted_at, expires_at, priority) values ($1, 'purchase', $2, $3, $4, $5, $6)",
    [org, id, credits, from, until, priority],
  );
}

async function read(sql: string, org: string): Promise<Record<string, unknown>[]> {
  const { rows } = await admin.query<Record<string, unknown>>(sql, [org]);
  return rows;
}

async function alertsOf(org: string) {
  return read('select month::text, level from ai_alert where org_id = $1 order by month, level', org);
}

async function overCap(org: string): Promise<unknown[]> {
  const rows = await read('select id from ai_usage_event where org_id = $1 and is_over_cap order by id', org);
  return rows.map(({ id }) => id);
}

async function balance(org: string) {
  const [row] = await read(
    'select granted::float8, used::float8, expired::float8, remaining::float8, overage::float8 from credit_balance where org_id = $1',
    org,
  );
  return row;
}

test('a month is summed up by feature and model, whatever comes, changes or goes', async () => {
  const random = seeded(5);
  const org = await makeOrgOn();
  const below = (max: number) => Math.floor(random() * max);
  for (let round = 0; round < 4; round++) {
    await use(
      org,
      Array.from({ length: 40 }, (_, n) => ({
        id: `${round}-${n}`,
        at: new Date(Date.UTC(2026, below(4), 1 + below(28), below(24))).toISOString(),
        credits: `${below(20)}.${below(9) + 1}`,
        feature: `f${below(3)}`,
        ...(below(2) === 0 && { model: `m${below(2)}` }),
      })),
    );
    await admin.query(
      "delete from ai_usage_event where org_id = $1 and (used_at < '2026-01-10' or feature = 'f1') and id like $2 || '-%'",
      [org, String(round - 1)],
    );
    await admin.query(
      "update ai_usage_event set used_at = used_at + interval '20 days' where org_id = $1 and id = $2",
      [org, `${round}-3`],
    );
    await rollUp();
    const { rows } = await admin.query<Record<string, string>>(
      'select *, extract(epoch from used_at) * 1000 as ms from ai_usage_event where org_id = $1',
      [org],
    );
    const expected = summarize(
      rows.map((row) => ({
        orgId: org,
        feature: row['feature'] ?? '',
        model: row['model'] ?? '',
        usedAt: Number(row['ms']),
        credits: decimal(row['credits'] ?? ''),
        promptTokens: BigInt(row['prompt_tokens'] ?? 0),
        completionTokens: BigInt(row['completion_tokens'] ?? 0),
      })),
    );
    const stored = await read(
      "select to_char(month, 'YYYY-MM') as month, feature, model, uses, credits::float8, prompt_tokens from ai_monthly_summary where org_id = $1 order by 1, 2, 3",
      org,
    );
    expect(stored).toEqual(
      expected.map(({ month, feature, model, uses, credits, promptTokens }) => ({
        month,
        feature,
        model,
        uses: String(uses),
        credits: Number(formatDecimal(credits)),
        prompt_tokens: String(promptTokens),
      })),
    );
  }
});

test('one use that crosses two levels fires both, each once for an org and a month, told and audited', async () => {
  const org = await makeOrgOn('soft');
  const quiet = await makeOrgOn();
  told = [];
  await use(org, [{ id: 'a', at: '2026-03-01T00:00:00Z', credits: '74.9' }]);
  await use(quiet, [{ id: 'a', at: '2026-03-01T00:00:00Z', credits: '5000' }]);
  await rollUp();
  expect(await alertsOf(org)).toEqual([]);
  await use(org, [{ id: 'b', at: '2026-03-02T00:00:00Z', credits: '15.1' }]);
  expect(await rollUp()).toMatchObject({ aiAlerts: 2 });
  await use(org, [
    { id: 'c', at: '2026-03-02T00:00:01Z', credits: '1' },
    { id: 'late', at: '2026-02-02T00:00:00Z', credits: '100' },
  ]);
  await rollUp();
  await rollUp();
  const february = [75, 90, 100].map((level) => ({ month: '2026-02-01', level }));
  expect(await alertsOf(org)).toEqual([
    ...february,
    { month: '2026-03-01', level: 75 },
    { month: '2026-03-01', level: 90 },
  ]);
  expect(told.flatMap(({ alerts }) => alerts).map(({ level }) => level)).toEqual([75, 90, 75, 90, 100]);
  expect(
    await read(
      "select subject, detail->>'level' as level, actor from audit_log where org_id = $1 and action = 'ai.alert' order by seq",
      org,
    ),
  ).toHaveLength(5);
  expect(await alertsOf(quiet)).toEqual([]);
  expect(await overCap(org)).toEqual([]);
});

test('uses above a hard cap are marked as a whole, and no longer when the allowance is larger or an earlier one goes', async () => {
  const org = await makeOrgOn('hard');
  await use(org, [
    { id: 'a', at: '2026-03-01T00:00:00Z', credits: '60' },
    { id: 'b', at: '2026-03-02T00:00:00Z', credits: '50' },
    { id: 'c', at: '2026-03-03T00:00:00Z', credits: '1' },
    { id: 'before', at: '2026-02-27T00:00:00Z', credits: '99' },
  ]);
  await rollUp();
  expect(await overCap(org)).toEqual(['b', 'c']);
  expect(
    await read(
      "select sum(n)::int as n, sum(minor)::int as micro from metric_day where org_id = $1 and metric = 'ai.over_cap'",
      org,
    ),
  ).toEqual([{ n: 2, micro: 51_000_000 }]);
  await admin.query("delete from ai_usage_event where org_id = $1 and id = 'a'", [org]);
  await rollUp();
  expect(await overCap(org)).toEqual([]);
  expect(await read("select n from metric_day where org_id = $1 and metric = 'ai.over_cap'", org)).toEqual([]);
  await use(org, [{ id: 'd', at: '2026-03-04T00:00:00Z', credits: '60' }]);
  await rollUp();
  expect(await overCap(org)).toEqual(['d']);
  await admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2026-03-10', 'large')", [org]);
  await use(org, [{ id: 'e', at: '2026-03-11T00:00:00Z', credits: '1' }]);
  await rollUp();
  expect(await overCap(org)).toEqual([]);
});

test('the stored balance is what each use burning by itself would leave, on random grants and uses', async () => {
  const random = seeded(7);
  const below = (max: number) => Math.floor(random() * max);
  const dayOf = (day: number) => new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  for (let round = 0; round < 12; round++) {
    const org = await makeOrgOn();
    const grants = Array.from({ length: 1 + below(5) }, (_, n) => {
      const from = below(60);
      const until = random() < 0.5 ? from + 1 + below(30) : undefined;
      return { id: `purchase/g${n}`, priority: below(3), credits: String(1 + below(80)), from, until };
    });
    for (const { id, priority, credits, from, until } of grants) {
      await grant(
        org,
        id.slice('purchase/'.length),
        credits,
        dayOf(from),
        until === undefined ? undefined : dayOf(until),
        priority,
      );
    }
    const uses = Array.from({ length: below(60) }, (_, n) => ({
      id: `u${n}`,
      at: dayOf(below(75)),
      credits: `${below(9)}.5`,
    }));
    await use(org, uses);
    await rollUp();
    const expected = balanceAt(
      grants.map((one) => ({
        id: one.id,
        priority: one.priority,
        credits: decimal(one.credits),
        grantedAt: Date.parse(dayOf(one.from)),
        expiresAt: one.until === undefined ? undefined : Date.parse(dayOf(one.until)),
      })),
      uses.map(({ id, at, credits }) => ({ id, credits: decimal(credits), usedAt: Date.parse(at) })),
      march.at,
    );
    const { granted, used, expired, remaining, overage } = expected;
    const figures = Object.entries({ granted, used, expired, remaining, overage }).map(([name, value]) => [
      name,
      Number(formatDecimal(value)),
    ]);
    expect(await balance(org)).toEqual(Object.fromEntries(figures));
  }
});

test('a balance expires by itself; a difference that no mark explains is an alert, one that a mark explains is none', async () => {
  const org = await makeOrgOn();
  await grant(org, 'g', '100', '2026-03-01T00:00:00Z', '2026-03-25T00:00:00Z');
  await use(org, [{ id: 'a', at: '2026-03-02T00:00:00Z', credits: '30' }]);
  await rollUp(slotAt('2026-03-20T12:00:00Z'));
  expect(await balance(org)).toEqual({ granted: 100, used: 30, expired: 0, remaining: 70, overage: 0 });
  expect(await rollUp(slotAt('2026-03-20T12:05:00Z'))).toBeUndefined();
  await rollUp(slotAt('2026-03-26T00:00:00Z'));
  expect(await balance(org)).toEqual({ granted: 100, used: 30, expired: 70, remaining: 0, overage: 0 });
  await use(org, [{ id: 'late', at: '2026-03-03T00:00:00Z', credits: '5' }]);
  await rollUp(slotAt('2026-03-26T00:05:00Z'));
  const mismatches =
    "select detail->>'stored' as stored, detail->>'computed' as computed from audit_log where org_id = $1 and action = 'credits.mismatch'";
  expect(await read(mismatches, org)).toEqual([]);
  told = [];
  await admin.query('update credit_balance set remaining = 7 where org_id = $1', [org]);
  await rollUp(slotAt('2026-03-27T00:00:00Z'));
  await rollUp(slotAt('2026-03-28T00:00:00Z'));
  expect(await read(mismatches, org)).toEqual([{ stored: '7', computed: '0' }]);
  expect(told.flatMap((notices) => notices.mismatches)).toHaveLength(1);
  expect(await balance(org)).toMatchObject({ used: 35, expired: 65, remaining: 0 });
});

test('the oldest and the latest instants that the books hold do not stop an org', async () => {
  const org = await makeOrgOn('hard');
  await use(org, [
    { id: 'oldest', at: '0001-12-31 10:00:00+00 BC', credits: '150' },
    { id: 'now', at: '2026-03-20T00:00:00Z', credits: '1' },
    { id: 'latest', at: '9999-12-31T23:59:59Z', credits: '101' },
  ]);
  expect(await rollUp()).toMatchObject({ monthsSummarized: 3 });
  expect(
    await read('select month::text from ai_monthly_summary where org_id = $1 order by ai_monthly_summary.month', org),
  ).toEqual([{ month: '0001-12-01 BC' }, { month: '2026-03-01' }, { month: '9999-12-01' }]);
  expect(await overCap(org)).toEqual(['latest']);
});
