import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Notice } from '#activities/collection/notices/channel';
import { alertNoticesPhase } from '#activities/collection/send-alerts';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { dayMs } from '#domain/instants';
import { makeOrg } from '../../support/events.ts';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
  await site.admin.query(
    `insert into plan (id, name, ai_allowance) values ('hard', 'Hard', '{"credits": "100", "isHardCap": true}')`,
  );
});
afterAll(() => site.close());

/** An org that used 120 of its 100 credits this month. */
async function makeUser(): Promise<string> {
  const orgId = await makeOrg(site.admin);
  await site.admin.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-01-01', 'hard')", [orgId]);
  await site.admin.query(
    `insert into ai_usage_event (org_id, id, feature, credits, used_at, version)
     select $1, 'a-' || n, 'pricing', 60, date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + n * interval '1 minute', 1 from generate_series(1, 2) n`,
    [orgId],
  );
  return orgId;
}

/** Fires what is reached, tells it, and gives the levels that were told. */
async function rollUp(orgId: string): Promise<readonly number[]> {
  const told: number[] = [];
  const send = async (notice: Notice) => void (notice.kind === 'ai_allowance' && told.push(notice.level));
  const slot = { slot: 'x', at: Date.now(), isForced: false };
  await summariesPhase(site.worker, 'metrics', () => undefined).apply([orgId], slot);
  const phase = alertNoticesPhase({ db: site.worker, notify: [{ name: 'log', send }] });
  const due = (await phase.due(slot, undefined)).filter((id) => phase.orgOf?.(id) === orgId);
  await phase.apply(due, slot);
  return told.toSorted((a, b) => a - b);
}

const overCap = (orgId: string) =>
  site.read('select id from ai_usage_event where org_id = $1 and is_over_cap', [orgId]);

test('a raised limit, ordered five times at once, holds for its month once: what was over the cap is no longer', async () => {
  const orgId = await makeUser();
  expect(await rollUp(orgId)).toEqual([75, 90, 100]);
  expect(await overCap(orgId)).toEqual([{ id: 'a-2' }]);
  const id = await site.order(orgId, 'raise_ai_limit', { credits: '150.5' });
  const given = await Promise.all(Array.from({ length: 5 }, () => site.execute(orgId, id)));
  expect(given[0]).toMatchObject({ status: 'done', result: { credits: '150.5', creditsBefore: '100' } });
  expect(await rollUp(orgId)).toEqual([]);
  expect(await overCap(orgId)).toEqual([]);
  expect(
    await site.read(
      "select count(*)::int as n from audit_log where org_id = $1 and action = 'command.raise_ai_limit'",
      [orgId],
    ),
  ).toEqual([{ n: 1 }]);
});

test('a limit is never lowered, and none is given where the plan has none', async () => {
  const orgId = await makeUser();
  expect(await site.give(orgId, 'raise_ai_limit', { credits: '100' })).toMatchObject({
    result: { refused: 'limit_not_above' },
  });
  expect(await site.give(await makeOrg(site.admin), 'raise_ai_limit', { credits: '1' })).toMatchObject({
    result: { refused: 'no_allowance' },
  });
  expect(await site.read('select from org_ai_limit where org_id = $1', [orgId])).toEqual([]);
});

test('a limit that was raised takes nothing from a plan that allows more', async () => {
  const orgId = await makeUser();
  await site.give(orgId, 'raise_ai_limit', { credits: '115' });
  await rollUp(orgId);
  expect(await overCap(orgId)).toEqual([{ id: 'a-2' }]);
  await site.admin.query(
    `insert into plan (id, name, ai_allowance) values ('wide', 'Wide', '{"credits": "1000", "isHardCap": true}');
     insert into org_plan (org_id, from_at, plan_id) values ('${orgId}', now() - interval '1 second', 'wide');
     insert into metric_mark (org_id, topic, day) values ('${orgId}', 'ai', now() at time zone 'UTC')`,
  );
  await rollUp(orgId);
  expect(await overCap(orgId)).toEqual([]);
  expect(await site.give(orgId, 'raise_ai_limit', { credits: '900' })).toMatchObject({
    result: { refused: 'limit_not_above' },
  });
});

test('credits that nobody could ever use, since they expired before they are given, are refused', async () => {
  const orgId = await makeOrg(site.admin);
  const give = (expiresAt: number) =>
    site.give(orgId, 'correct_credits', { credits: '20', expiresAt: new Date(expiresAt).toISOString() });
  expect(await give(Date.now() - 1)).toMatchObject({ status: 'refused', result: { refused: 'not_ahead' } });
  expect(await give(Date.now() + dayMs)).toMatchObject({ status: 'done' });
  expect(await site.read('select credits::int as credits from credit_grant where org_id = $1', [orgId])).toEqual([
    { credits: 20 },
  ]);
});

test('alerts of a muted month fire and are told nobody', async () => {
  const orgId = await makeUser();
  await site.admin.query(
    "insert into ai_mute (org_id, month, muted_by, muted_at) values ($1, date_trunc('month', now() at time zone 'UTC'), 'ada', now())",
    [orgId],
  );
  expect(await rollUp(orgId)).toEqual([]);
  expect(await site.read('select notified_at from ai_alert where org_id = $1', [orgId])).toEqual(
    [75, 90, 100].map(() => ({ notified_at: null })),
  );
});
