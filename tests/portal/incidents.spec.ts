import { expect, test, type Page } from '@playwright/test';
import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';
import { choose, rowWith } from './browser/row-menu.ts';
import { underTest } from './browser/under-test.ts';
import { signedIn, visit } from './browser/visit.ts';

let db: pg.Pool;
let worker: pg.Pool;

test.beforeAll(() => {
  const url = underTest().fullDatabase;
  db = openAdmin(url, 2);
  worker = createPool({ url, role: 'worker', max: 2, applicationName: 'test' });
});
test.afterAll(() => Promise.all([db.end(), worker.end()]));

const opened = (name: string, at = 0): Told => ({
  type: 'incident.opened',
  at,
  data: { incidentId: name, title: `Outage ${name}`, severity: 'high' },
});

async function tell(org: string, told: readonly Told[]) {
  await applyEvents(worker, await acceptAll(db, org, told), 'w');
}

const rowOf = (page: Page, name: string) => rowWith(page, `Outage ${name}`);

async function standing(org: string, name: string) {
  const { rows } = await db.query<Record<string, unknown>>(
    `select i.status, i.level, i.resolution, i.acknowledged_by as seen, m.email as assignee from incident i left join staff_member m on m.id = i.assignee
     where i.org_id = $1 and i.id = $2`,
    [org, name],
  );
  return rows[0];
}

/** What staff did, as the audit has it: what is told as an event stands under its order. */
async function actsOf(org: string, by: string) {
  const { rows } = await db.query<{ action: string }>(
    "select action from audit_log where org_id = $1 and actor = $2 and action like 'command.%' order by seq",
    [org, by],
  );
  return rows.map(({ action }) => action.replace('command.', ''));
}

test('an incident is seen and that taken back, assigned, escalated and resolved, each once and with its entry', async ({
  context,
}) => {
  const org = await makeOrg(db);
  await tell(org, [opened('a')]);
  const { page, complaints } = await signedIn(context, 'developer');
  await visit(page, `/provider/incidents?org=${org}`);
  const row = rowOf(page, 'a');
  await choose(page, row, 'Acknowledge');
  await expect(page.getByText('Outage a: acknowledged')).toBeVisible();
  await expect(row.getByText('Acknowledged')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Outage a: acknowledgement taken back')).toBeVisible();
  await expect(row.getByText('Open', { exact: true })).toBeVisible();
  expect(await standing(org, 'a')).toMatchObject({ seen: null });
  await row.getByRole('link', { name: 'Outage a' }).click();
  const sheet = page.getByRole('dialog', { name: 'Outage a' });
  await choose(page, sheet, 'Assign…');
  const dialog = page.getByRole('dialog').last();
  await dialog.getByLabel('Assignee').selectOption('Dev Developer');
  await dialog.getByRole('button', { name: 'Assign', exact: true }).dblclick();
  await expect(page.getByText('Outage a: assigned to Dev Developer')).toBeVisible();
  // In the panel itself: the notice stands in it too.
  await expect(sheet.locator('dd').getByText('Dev Developer', { exact: true })).toBeVisible();
  await choose(page, sheet, 'Escalate…');
  await dialog.getByLabel('Level').selectOption('Level 3');
  await dialog.getByRole('button', { name: 'Escalate', exact: true }).click();
  await expect(dialog.getByText('Say why: it is kept in the audit log.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('nobody mends it');
  await dialog.getByRole('button', { name: 'Escalate', exact: true }).dblclick();
  await expect(page.getByText('Outage a: escalated to level 3')).toBeVisible();
  await expect(sheet.getByText('nobody mends it')).toBeVisible();
  await choose(page, sheet, 'Resolve…');
  await dialog.getByLabel('Cause').selectOption('Third party');
  await dialog.getByLabel('Note').fill('their cable');
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).dblclick();
  await expect(page.getByText('Outage a: resolved')).toBeVisible();
  // The panel stays over what moves its row to the other tab.
  await expect(sheet.getByText('Third party: their cable')).toBeVisible();
  expect(await standing(org, 'a')).toEqual({
    status: 'resolved',
    level: 3,
    resolution: 'Third party: their cable',
    seen: null,
    assignee: 'developer@example.org',
  });
  expect(await actsOf(org, 'developer@example.org')).toEqual([
    'acknowledge_incident',
    'withdraw_acknowledgement',
    'assign_incident',
    'escalate_incident',
    'resolve_incident',
  ]);
  await visit(page, `/provider/incidents/resolved?org=${org}`);
  await rowOf(page, 'a')
    .getByRole('button', { name: /^Actions for/ })
    .click();
  const again = page.getByRole('menuitem', { name: 'Resolve…' });
  await expect(again).toHaveAttribute('aria-disabled', 'true');
  await expect(again).toContainText('It is resolved');
  expect(complaints.found).toEqual([]);
});

test('T21, T22: what can be taken back is shown before its answer, goes back where that is a refusal, which stays; an undo is offered for a while', async ({
  context,
}) => {
  const org = await makeOrg(db);
  await tell(org, [opened('o')]);
  const { page } = await signedIn(context, 'developer');
  await page.clock.install();
  await visit(page, `/provider/incidents?org=${org}`);
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route(/provider\/incidents/, async (route) => {
    if (route.request().method() === 'POST') await held;
    await route.continue();
  });
  const row = rowOf(page, 'o');
  await choose(page, row, 'Acknowledge');
  await expect(row.getByText('Acknowledged')).toBeVisible();
  expect(await standing(org, 'o')).toMatchObject({ seen: null });
  await tell(org, [{ type: 'incident.escalated', at: 1, data: { incidentId: 'o', level: 2 } }]);
  answer();
  const refusal = page.getByText(/^Changed by .* ago$/).first();
  await expect(refusal).toBeVisible();
  await expect(row.getByText('Open', { exact: true })).toBeVisible();
  await page.clock.fastForward(60_000);
  await expect(refusal).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(row.getByText('Escalated')).toBeVisible();
  await choose(page, row, 'Acknowledge');
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible();
  await page.clock.fastForward(10_000);
  await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('of two members at one incident the second is told who changed it, and changes nothing until they looked again', async ({
  browser,
}) => {
  const org = await makeOrg(db);
  await tell(org, [opened('c')]);
  const [first, second] = await Promise.all(
    (['developer', 'provider'] as const).map(async (role) => {
      const { page } = await signedIn(await browser.newContext(), role);
      await visit(page, `/provider/incidents?org=${org}`);
      return page;
    }),
  );
  if (!first || !second) throw new Error('no pages');
  await choose(second, rowOf(second, 'c'), 'Resolve…');
  await choose(first, rowOf(first, 'c'), 'Acknowledge');
  await expect(first.getByText('Outage c: acknowledged')).toBeVisible();
  const dialog = second.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
  await expect(second.getByText(/^Changed by developer@example.org .* ago$/).first()).toBeVisible();
  expect(await standing(org, 'c')).toMatchObject({ status: 'open', seen: 'developer@example.org' });
  await second.getByRole('button', { name: 'Reload' }).click();
  await expect(rowOf(second, 'c').getByText('Acknowledged')).toBeVisible();
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
  await expect(second.getByText('Outage c: resolved')).toBeVisible();
  await expect(second.getByText('No open incident matches these filters')).toBeVisible();
  await Promise.all([first, second].map((page) => page.context().close()));
});

test('many are assigned and acknowledged with a reason, whoever is acknowledged already is skipped, and the filter stays', async ({
  context,
}) => {
  const org = await makeOrg(db);
  await tell(
    org,
    Array.from({ length: 5 }, (_, n) => opened(`m${n}`, n)),
  );
  const { page, complaints } = await signedIn(context, 'provider');
  await visit(page, `/provider/incidents?org=${org}`);
  await choose(page, rowOf(page, 'm1'), 'Acknowledge');
  await expect(page.getByText('Outage m1: acknowledged')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  const bar = page.getByRole('group', { name: 'Selected rows' });
  const dialog = page.getByRole('dialog');
  await bar.getByRole('button', { name: 'Assign…' }).click();
  await dialog.getByLabel('Assignee').selectOption('Priya Provider');
  await dialog.getByRole('button', { name: 'Assign', exact: true }).click();
  await expect(dialog.getByText('Say why: it is kept in the audit log.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('on call');
  await dialog.getByRole('button', { name: 'Assign', exact: true }).dblclick();
  await expect(dialog.getByText('5 done')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page.locator('tbody').getByText('Priya Provider')).toHaveCount(5);
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await bar.getByRole('button', { name: 'Acknowledge' }).click();
  await dialog.getByLabel('Reason').fill('on call');
  await dialog.getByRole('button', { name: 'Acknowledge' }).dblclick();
  await expect(dialog.getByText('4 done')).toBeVisible();
  await expect(dialog.getByText('1 skipped')).toBeVisible();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(new RegExp(`org=${org}`));
  await expect(page.locator('tbody').getByText('Acknowledged')).toHaveCount(5);
  const { rows } = await db.query(
    `select kind, status, count(*)::int as n from staff_command where org_id = $1 and reason = 'on call' group by 1, 2 order by 1, 2`,
    [org],
  );
  expect(rows).toEqual([
    { kind: 'acknowledge_incident', status: 'done', n: 4 },
    { kind: 'acknowledge_incident', status: 'refused', n: 1 },
    { kind: 'assign_incident', status: 'done', n: 5 },
  ]);
  expect(complaints.found).toEqual([]);
});

test('a list that is read again by itself shows what was opened meanwhile, and what another member did', async ({
  context,
}) => {
  const org = await makeOrg(db);
  await tell(org, [opened('l0')]);
  const { page, complaints } = await signedIn(context, 'accountant');
  await page.clock.install();
  await visit(page, `/provider/incidents?org=${org}`);
  await page.getByRole('button', { name: 'Refresh: Off' }).click();
  await page.getByText('Every 10 seconds').click();
  await expect(page.getByRole('button', { name: 'Refresh: Every 10 seconds' })).toBeVisible();
  await tell(org, [opened('l1', 1), { type: 'incident.resolved', at: 2, data: { incidentId: 'l0' } }]);
  await page.clock.fastForward(10_000);
  await expect(rowOf(page, 'l1')).toBeVisible();
  await expect(rowOf(page, 'l0')).toHaveCount(0);
  await page.getByRole('button', { name: 'Refresh: Every 10 seconds' }).click();
  await page.getByText('Off', { exact: true }).click();
  await expect(page.getByRole('button', { name: 'Refresh: Off' })).toBeVisible();
  // Who may only look is told so.
  await rowOf(page, 'l1')
    .getByRole('button', { name: /^Actions for/ })
    .click();
  const items = page.getByRole('menuitem').and(page.locator('[aria-disabled=true]'));
  await expect(items).toHaveCount(4);
  await expect(items.first()).toContainText('Your role may look at incidents, not handle them');
  expect(complaints.found).toEqual([]);
});
