import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Staff } from '#portal/auth/session';
import { copySql } from '#portal/exports/copy-sql';
import { replayRunMetrics } from '#portal/metrics/replays';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { replayItemsList, replayRunsList } from '#portal/services/provider/federation-replay-list';
import {
  getReplay,
  getReplayItem,
  listReplayItems,
  listReplays,
  newestReplays,
  replayItemsSource,
  replayRunsSource,
  summarizeReplays,
} from '#portal/services/provider/federation-replay.service';
import {
  cancelReplay,
  chooseByFilter,
  chooseByIds,
  confirmReplay,
  paceReplay,
  replayOne,
  resumeReplay,
} from '#portal/services/provider/federation-replay-write.service';
import { listDeliveries } from '#portal/services/provider/federation.service';
import { acceptAll, makeOrg } from '#tests/support/events';
import { rejectedLeads } from '#tests/support/replays';
import { services } from '#tests/support/services';
import { openPortalBase, signedIn, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

let base: PortalBase;
let provider: Staff;

beforeAll(async () => {
  base = await openPortalBase();
  provider = await signedIn(base.all, 'provider');
  process.env['TEMPORAL_ADDRESS'] = services().temporalAddress;
  // Nobody works on these queues: what is ordered stands as staff left it.
  Object.assign(process.env, { BILLING_TASK_QUEUE: 'nobody-bills', EVENT_TASK_QUEUE: 'nobody-applies' });
}, 60_000);
afterAll(() => base.close());

const filter = (params: string) =>
  parseDeliveriesQuery(Object.fromEntries(new URLSearchParams(params)), { zone: 'UTC', now: Date.now() });
const choose = (params: string, staff: Staff = provider) => chooseByFilter(staff, filter(params), params);

const runsQuery = (params: Record<string, string>) => replayRunsList.parse(params, { zone: 'UTC', now: Date.now() });
const runsOf = (params: Record<string, string>) => listReplays(provider, runsQuery(params));

async function planned(runId: string) {
  await base.all.query("update replay_item set state = 'eligible', expected = 'applied' where run_id = $1", [runId]);
  await base.all.query("update replay_run set status = 'planned' where id = $1", [runId]);
}

test('E8: a replay chooses the events that the log has for the same filter, and no other', async () => {
  const refs = await rejectedLeads(base.all, 4);
  await rejectedLeads(base.all, 3);
  const org = refs[0]?.tenantId ?? '';
  await acceptAll(base.all, org, [{ type: 'lead.created', data: { leadId: 'waits', source: 'web' } }]);
  await base.all.query(
    `insert into delivery_attempt (at, request_id, route, status, code, latency_ms, address_prefix, org_id) values (now(), 'r1', 'events', 422, 'body_invalid', 1, '127.0.0.0/24', $1)`,
    [org],
  );
  const params = `org=${org}&from=24h`;
  const run = await getReplay(provider, await choose(params));
  expect(run).toMatchObject({ status: 'planning', filter: params, orderedBy: provider.email, linesWithoutEvent: 1 });
  const log = await listDeliveries(provider, filter(params));
  expect(log.count.value).toBe(6);
  const items = await listReplayItems(
    provider,
    replayItemsList.parse({ run: run?.id }, { zone: 'UTC', now: Date.now() }),
  );
  expect(new Set(items.rows.map(({ eventId }) => eventId))).toEqual(
    new Set(log.rows.flatMap(({ result, eventId }) => (result === 'refused' ? [] : [eventId]))),
  );
  expect(items.rows).toHaveLength(5);
  const rejected = await getReplay(provider, await choose(`${params}&result=rejected`));
  expect(rejected).toMatchObject({ counts: { chosen: 4 }, linesWithoutEvent: 0 });
  expect(await getReplayItem(provider, rejected?.id ?? '', `${org}:${refs[0]?.eventId}`)).toBeDefined();
  expect((await newestReplays(provider)).map(({ id }) => id)).toEqual([rejected?.id, run?.id]);
});

test('what is too wide, too much, not understood or nothing is refused, and leaves no run', async () => {
  const before = (await runsOf({})).count.value;
  await expect(choose('result=rejected')).rejects.toThrow('at most 7 days');
  await expect(choose('from=30d')).rejects.toThrow('at most 7 days');
  await expect(choose('from=24h&result=nonsense')).rejects.toThrow('not understood: result');
  await expect(choose('from=24h&result=refused')).rejects.toThrow('No accepted event');
  await expect(choose('from=24h&org=nobody')).rejects.toThrow('No accepted event');
  await expect(chooseByIds(provider, ['evt_nobody'])).rejects.toThrow('No accepted event');
  await expect(
    chooseByIds(
      provider,
      Array.from({ length: 10_001 }, (_, n) => `evt_${n}`),
    ),
  ).rejects.toThrow('10,000');
  expect((await runsOf({})).count.value).toBe(before);
});

test('ids that nobody has are told, and an event that two runs have is shown once in each', async () => {
  const refs = await rejectedLeads(base.all, 2);
  const ids = refs.map(({ eventId }) => eventId);
  await chooseByIds(provider, ids);
  const run = await getReplay(provider, await chooseByIds(provider, [...ids, 'evt_nobody']));
  expect(run).toMatchObject({ counts: { chosen: 2 }, unknownIds: ['evt_nobody'], filter: undefined });
  const query = replayItemsList.parse({ run: run?.id }, { zone: 'UTC', now: Date.now() });
  expect((await listReplayItems(provider, query)).rows).toHaveLength(2);
  const copied = copySql(replayItemsSource(run?.id ?? ''), query, [{ name: 'event', sql: 't.event_id' }]);
  const { rows } = await base.portal.query(copied.replace(/^copy \(/, '').replace(/\) to stdout.*$/s, ''));
  expect(rows).toHaveLength(2);
});

test('ids of many statements are chosen in one run, as many as a replay may have', async () => {
  const refs = await rejectedLeads(base.all, 2);
  const strangers = Array.from({ length: 9_998 }, (_, n) => `evt_nobody${n}`);
  const [first, last] = refs.map(({ eventId }) => eventId);
  const run = await getReplay(provider, await chooseByIds(provider, [first ?? '', ...strangers, last ?? '']));
  expect(run?.counts).toEqual({ chosen: 2 });
  expect(run?.unknownIds).toHaveLength(9_998);
});

test('the list of replays pages, filters and is exported as its figures count them', async () => {
  const [ref] = await rejectedLeads(base.all, 1);
  if (!ref) throw new Error('nothing accepted');
  const dana = { ...provider, email: 'dana@example.com' };
  const orders = Array.from({ length: 27 }, () => chooseByIds(dana, [ref.eventId]));
  const ids = await Promise.all(orders);
  await base.all.query("update replay_run set status = 'done' where id = any ($1)", [ids.slice(0, 3)]);
  const first = await runsOf({ by: dana.email, size: '25' });
  const second = await runsOf({ by: dana.email, size: '25', after: first.next ?? '' });
  expect([first.rows.length, second.rows.length, second.next]).toEqual([25, 2, undefined]);
  expect(new Set([...first.rows, ...second.rows].map(({ id }) => id))).toEqual(new Set(ids));
  expect((await runsOf({ by: dana.email, status: 'done' })).count.value).toBe(3);
  expect((await runsOf({ q: ids[0] ?? '' })).rows.map(({ id }) => id)).toEqual([ids[0]]);
  const { counts, members } = await summarizeReplays(provider);
  expect(members).toContain(dana.email);
  const { underWay, planned, done, cancelled } = replayRunMetrics;
  const totals = await Promise.all(
    [underWay, planned, done, cancelled].map(({ where }) => runsOf({ status: where['status'] ?? '' })),
  );
  expect(totals.map(({ count }) => count)).toEqual([counts.underWay, counts.planned, counts.done, counts.cancelled]);
  const copied = copySql(replayRunsSource, runsQuery({ by: dana.email }), [{ name: 'id', sql: 't.id' }]);
  const { rows } = await base.portal.query(copied.replace(/^copy \(/, '').replace(/\) to stdout.*$/s, ''));
  expect(rows).toHaveLength(27);
});

test('E9, E10: a plan is confirmed once, as it was seen, with a reason in the audit; then it is paced and cancelled', async () => {
  const refs = await rejectedLeads(base.all, 2);
  const runId = await chooseByIds(
    provider,
    refs.map(({ eventId }) => eventId),
  );
  const order = { runId, reason: 'the rule is mended', ratePerS: 7, seen: 2 };
  await expect(confirmReplay(provider, order)).rejects.toThrow('changed meanwhile');
  await planned(runId);
  await expect(confirmReplay(provider, { ...order, seen: 3 })).rejects.toThrow('changed meanwhile');
  await confirmReplay(provider, order);
  await expect(confirmReplay(provider, order)).rejects.toThrow('changed meanwhile');
  await paceReplay(provider, runId, 3);
  await resumeReplay(provider, runId);
  await cancelReplay(provider, runId);
  expect(await getReplay(provider, runId)).toMatchObject({ status: 'running', ratePerS: 3, isCancelAsked: true });
  const { rows } = await base.all.query('select action, actor, detail from audit_log where subject = $1 order by seq', [
    `replay/${runId}`,
  ]);
  expect(rows.map(({ action }) => action)).toEqual([
    'replay.chosen',
    'replay.ordered',
    'replay.paced',
    'replay.resumed',
    'replay.cancelled',
  ]);
  expect(rows[0]).toMatchObject({ actor: provider.email, detail: { events: 2 } });
  expect(rows[1]).toMatchObject({
    actor: provider.email,
    detail: { reason: 'the rule is mended', ratePerS: 7, counts: { eligible: 2 }, expected: { applied: 2 } },
  });
});

test('E7: one event is replayed by the verb it takes; a second application is none, and says so', async () => {
  const [rejected] = await rejectedLeads(base.all, 1);
  if (!rejected) throw new Error('nothing accepted');
  const org = await makeOrg(base.all);
  const [applied] = await rejectedLeads(base.all, 1, org);
  await base.all.query(
    "update event_verdict set status = 'applied', rejection_code = null, rejection = null where event_id = $1",
    [applied?.eventId],
  );
  expect(await replayOne(provider, rejected, 'mended')).toEqual({ ok: true, status: 'waiting' });
  expect(await replayOne(provider, applied ?? rejected, 'mended')).toEqual({ ok: false, refusal: 'already_applied' });
  expect(await replayOne(provider, { ...rejected, eventId: 'evt_nobody' }, 'mended')).toEqual({
    ok: false,
    refusal: 'unknown_event',
  });
}, 30_000);

test('whoever may not write Federation chooses, confirms and replays nothing', async () => {
  const accountant = staffOf('accountant');
  const run = (await newestReplays(provider))[0]?.id ?? '';
  const event = { tenantId: 'org', eventId: 'evt_x' };
  const attempts = [
    choose('from=24h', accountant),
    chooseByIds(accountant, ['evt_x']),
    confirmReplay(accountant, { runId: run, reason: 'x', ratePerS: 1, seen: 1 }),
    paceReplay(accountant, run, 1),
    cancelReplay(accountant, run),
    resumeReplay(accountant, run),
    replayOne(accountant, event, 'x'),
    listReplays(accountant, runsQuery({})),
    newestReplays(accountant),
    summarizeReplays(accountant),
    getReplay(accountant, run),
    getReplayItem(accountant, run, 'org:evt_x'),
  ];
  for (const attempt of await Promise.allSettled(attempts))
    expect(attempt).toMatchObject({ status: 'rejected', reason: { name: 'AccessDenied' } });
});
