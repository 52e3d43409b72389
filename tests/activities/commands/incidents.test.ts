import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyEvents } from '#activities/apply-events';
import { acceptAll, makeOrg, type Told } from '../../support/events.ts';
import { expectBooks } from '#tests/support/invariants';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});
afterAll(() => site.close());

const incidentId = 'i-1';
const dana = '0190b6a0-0000-7000-8000-000000000001';
const start = Date.UTC(2026, 0, 1);
const minuteOf = (at: number) => Math.floor((at - start) / 60_000);
/** The minute in which the orders of a test are given. */
const ordered = minuteOf(Date.now()) - 10;

async function tell(orgId: string, told: readonly Told[]) {
  await applyEvents(site.worker, await acceptAll(site.admin, orgId, told), 'test');
}

const opened = (at: number, title = 'Exports are slow'): Told => ({
  type: 'incident.opened',
  at,
  data: { incidentId, title, severity: 'high' },
});
const escalated = (at: number, level: number): Told => ({
  type: 'incident.escalated',
  at,
  data: { incidentId, level },
});
const resolved = (at: number): Told => ({ type: 'incident.resolved', at, data: { incidentId } });

async function makeIncident(at = ordered - 60): Promise<string> {
  const orgId = await makeOrg(site.admin);
  await tell(orgId, [opened(at)]);
  return orgId;
}

/** Given at a minute, whenever it is done. */
async function give(orgId: string, kind: string, body: object, minute = ordered, times = 1) {
  const id = await site.orderAny(orgId, kind, { incidentId, ...body });
  await site.admin.query('update staff_command set created_at = $2 where id = $1', [
    id,
    new Date(start + minute * 60_000).toISOString(),
  ]);
  const given = await Promise.all(Array.from({ length: times }, () => site.execute(orgId, id)));
  return given[0];
}

async function rowOf(orgId: string) {
  const [row] = await site.read(
    `select state, status, title, level, assignee, acknowledged_at, acknowledged_by, escalated_by_staff_at, resolution, resolved_at, first_resolved_at,
       response_due_at, resolution_due_at, version, handled from incident where org_id = $1`,
    [orgId],
  );
  return row;
}

const acts = [
  [
    'acknowledge_incident',
    {},
    { state: 'acknowledged', acknowledged_by: 'ada', version: 1, handled: 1 },
    'incident.acknowledged',
  ],
  [
    'assign_incident',
    { assignee: dana },
    { state: 'open', assignee: dana, version: 1, handled: 1 },
    'incident.assigned',
  ],
  ['escalate_incident', { level: 3 }, { state: 'escalated', level: 3, version: 2, handled: 1 }, 'event.applied'],
  [
    'resolve_incident',
    { cause: 'setting', note: 'put right' },
    { state: 'resolved', resolution: 'Setting: put right', version: 2, handled: 0 },
    'event.applied',
  ],
] as const;

test.each(acts)(
  '%s, done five times at once, changes once, with its entry in the audit',
  async (kind, body, row, action) => {
    const orgId = await makeIncident();
    const before = await site.read('select count(*)::int as n from audit_log where org_id = $1', [orgId]);
    expect(await give(orgId, kind, body, ordered, 5)).toMatchObject({ status: 'done' });
    expect(await rowOf(orgId)).toMatchObject(row);
    const entries = await site.read(
      `select action, actor_type from audit_log where org_id = $1 and seq > $2 order by seq`,
      [orgId, before[0]?.['n']],
    );
    expect(entries.map((entry) => entry['action'])).toEqual([action, `command.${kind}`]);
    expect(
      await site.read(
        "select action from activity where org_id = $1 union all select action from command_activity where org_id = $1 and action like 'incident.%'",
        [orgId],
      ),
    ).toHaveLength(2);
    await expectBooks(site.admin);
  },
);

test('what staff and the tenant do about one incident comes to one state, in whatever order it is taken in', async () => {
  const steps: readonly ((orgId: string) => Promise<unknown>)[] = [
    (orgId) => give(orgId, 'acknowledge_incident', {}),
    (orgId) => give(orgId, 'assign_incident', { assignee: dana }),
    (orgId) => give(orgId, 'escalate_incident', { level: 4 }),
    (orgId) => tell(orgId, [escalated(ordered - 30, 1)]),
    (orgId) => tell(orgId, [opened(ordered - 20, 'Exports fail')]),
    (orgId) => tell(orgId, [escalated(ordered + 2, 2)]),
  ];
  const rows: unknown[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const orgId = await makeIncident();
    const order = steps.toSorted((a, b) => rank(steps.indexOf(a), turn) - rank(steps.indexOf(b), turn));
    for (const step of order) await step(orgId);
    rows.push(await rowOf(orgId));
  }
  // The tenant's own later level stands above that of staff; the response ended with staff all the same.
  expect(rows[0]).toMatchObject({
    state: 'escalated',
    level: 2,
    title: 'Exports fail',
    assignee: dana,
    version: 5,
    handled: 3,
  });
  for (const row of rows) expect(row).toEqual(rows[0]);
});

/** Another order for each turn. */
function rank(step: number, turn: number): number {
  return Math.sin((step + 1) * (turn + 1) * 12.9898);
}

test('a resolution of staff is opened again by a later event of the tenant, and the clock goes on with what was left', async () => {
  const orgId = await makeIncident();
  await give(orgId, 'resolve_incident', { cause: 'defect', note: '' }, ordered);
  await tell(orgId, [opened(ordered + 5)]);
  const dueAfter = start + (ordered - 60 + 8 * 60 + 5) * 60_000;
  expect(await rowOf(orgId)).toMatchObject({
    state: 'open',
    resolved_at: null,
    first_resolved_at: new Date(start + ordered * 60_000),
    resolution_due_at: new Date(dueAfter),
  });
});

test.each<[string, string, object, readonly Told[], string]>([
  ['one that is resolved', 'acknowledge_incident', {}, [resolved(ordered - 5)], 'incident_resolved'],
  [
    'one that is resolved',
    'resolve_incident',
    { cause: 'other', note: '' },
    [resolved(ordered - 5)],
    'incident_resolved',
  ],
  ['one that is not acknowledged', 'withdraw_acknowledgement', {}, [], 'not_acknowledged'],
  ['one that is as high already', 'escalate_incident', { level: 2 }, [escalated(ordered - 5, 2)], 'level_not_above'],
  ['another than was seen', 'assign_incident', { assignee: null, revisionSeen: 7 }, [], 'changed_meanwhile'],
  [
    'one that the tenant opens later',
    'resolve_incident',
    { cause: 'other', note: '' },
    [opened(ordered + 5)],
    'later_event',
  ],
  ['nobody knows', 'acknowledge_incident', { incidentId: 'i-2' }, [], 'unknown_incident'],
  ['a level that is none', 'escalate_incident', { level: 6 }, [], 'malformed'],
])('an incident %s: %s is refused and changes nothing', async (_, kind, body, told, refused) => {
  const orgId = await makeIncident();
  await tell(orgId, told);
  const before = await rowOf(orgId);
  expect(await give(orgId, kind, body)).toMatchObject({ status: 'refused', result: { refused } });
  expect(await rowOf(orgId)).toEqual(before);
});

test('an acknowledgement that is taken back leaves the incident as it was', async () => {
  const orgId = await makeIncident();
  const { handled: _, ...before } = (await rowOf(orgId)) ?? {};
  await give(orgId, 'acknowledge_incident', {});
  expect(await give(orgId, 'acknowledge_incident', {})).toMatchObject({ result: { refused: 'already_acknowledged' } });
  await give(orgId, 'withdraw_acknowledgement', {});
  expect(await rowOf(orgId)).toEqual({ ...before, handled: 2 });
});
