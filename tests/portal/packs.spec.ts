import { expect, test, type Page } from '@playwright/test';
import { makeOrg } from '../support/events.ts';
import { expectNoneForced, expectNoViolation } from './browser/axe.ts';
import { openBooks } from './browser/invoices.ts';
import { choose, rowWith } from './browser/row-menu.ts';
import { password } from './browser/staff.ts';
import { makeStale } from './browser/step-up.ts';
import { escape, signedIn, visit } from './browser/visit.ts';

const { db, makeInvoice, openCase, close } = openBooks();
test.afterAll(close);

/** In every pack, and where the system chooses the colours itself. */
async function expectNone(page: Page, what: string) {
  await expectNoViolation(page, what);
  await expectNoneForced(page, what);
}

/** What has looks of its own. */
const parts = [
  'analytics',
  'analytics/funnel',
  'analytics/cohorts',
  'analytics/mix',
  'ai/acme',
  'federation/replay?size=25',
  'billing',
  'billing/dunning?size=25',
  'dev-aids',
  'dev-aids/jobs',
];
/** Lists like others, whose colours are tried there. */
const lists = [
  'ai/alerts?size=25',
  'incidents/resolved?size=25',
  'subscriptions/changes?size=25',
  'usage/unrated?size=25',
  'billing/unbilled?size=25',
  'billing/credits?size=25',
  'billing/invoices?size=25',
  'billing/payments?size=25',
  'dev-aids/contract',
  'dev-aids/themes',
];

test('A12: no violation on any part of a section, in five packs and in forced colours', async ({ context }) => {
  test.setTimeout(300_000);
  const { page, complaints } = await signedIn(context, 'provider');
  for (const part of parts) {
    await visit(page, `/provider/${part}`);
    await expectNone(page, part);
  }
  for (const list of lists) {
    await visit(page, `/provider/${list}`);
    await expectNoViolation(page, list, []);
  }
  expect(complaints.found).toEqual([]);
});

test('A12: no violation in any dialog of incidents, invoices and keys, in five packs and in forced colours', async ({
  context,
}) => {
  test.setTimeout(300_000);
  const { number } = await makeInvoice(2_000_000);
  const { page, complaints } = await signedIn(context, 'provider');
  const look = async (what: string) => {
    await expect(page.getByRole('dialog').last()).toBeVisible();
    // With what it says where something is missing or wrong.
    await page.getByRole('dialog').last().locator('button[type=submit], .button-primary').last().press('Enter');
    await expectNone(page, what);
    await escape(page.getByRole('dialog'));
  };
  await visit(page, '/provider/incidents?state=open&size=25');
  for (const item of ['Assign…', 'Escalate…', 'Resolve…'] as const) {
    await choose(page, page.locator('.data-table tbody tr').first(), item);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNone(page, item);
    await escape(page.getByRole('dialog'));
  }
  await visit(page, `/provider/billing/invoices?q=${number}`);
  for (const item of ['Credit note…', 'Void…', 'Mark uncollectible…'] as const) {
    await choose(page, rowWith(page, number), item);
    await look(item);
  }
  await visit(page, '/provider/federation?state=active&size=25');
  await page.getByRole('button', { name: 'Create key' }).click();
  await look('Create key');
  for (const item of [/^Rotate/, /^Revoke/]) {
    await choose(page, page.locator('.data-table tbody tr').first(), item);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNone(page, String(item));
    await escape(page.getByRole('dialog'));
  }
  expect(complaints.found).toEqual([]);
});

/** Overdue with a case, paid, and given up; and an organisation that used 80 of 100 credits and bought something. */
async function arrange() {
  const [overdue, paid, lost] = [await makeInvoice(5_000), await makeInvoice(6_000), await makeInvoice(7_000)];
  await openCase(overdue.org);
  await db.query(
    `insert into payment (org_id, ref, invoice_id, status, method, provider, amount_minor, currency, at)
     select org_id, 'paid-' || org_id, id, 'succeeded', 'card', 'sandbox', total_minor, currency, '2026-10-03' from invoice where org_id = $1`,
    [paid.org],
  );
  await db.query("update invoice set status = 'paid', paid_minor = total_minor, due_minor = 0 where org_id = $1", [
    paid.org,
  ]);
  await db.query("update invoice set status = 'uncollectible' where org_id = $1", [lost.org]);
  const org = await makeOrg(db);
  await db.query(
    'insert into plan (id, name, ai_allowance) values ($1, $1, \'{"credits": "100", "isHardCap": true}\')',
    [org],
  );
  await db.query("insert into org_plan (org_id, from_at, plan_id) values ($1, '2025-01-01', $1)", [org]);
  await db.query("insert into ai_alert (org_id, month, level, fired_at) values ($1, '2026-11-01', 75, '2026-11-20')", [
    org,
  ]);
  await db.query(
    `insert into addon_purchase (org_id, id, status, sku, quantity, amount_minor, currency, purchased_at, created_at, version)
     values ($1, $1, 'purchased', 'seats', 1, 5000, 'EUR', '2026-11-20', '2026-11-20', 1)`,
    [org],
  );
  return { overdue: overdue.number, paid: paid.number, lost: lost.number, org };
}

test('no violation where money goes back or is given up, a limit is raised, staff prove who they are, or a secret is shown', async ({
  context,
}) => {
  test.setTimeout(300_000);
  const { overdue, paid, lost, org } = await arrange();
  const { page, complaints } = await signedIn(context, 'provider');
  const dialogs = [
    ['billing/dunning?q=', overdue, 'Pause until…'],
    ['billing/dunning?q=', overdue, 'Retry now…'],
    ['billing/dunning?q=', overdue, 'Send notice…'],
    ['billing/invoices?q=', paid, 'Refund…'],
    ['billing/invoices?q=', lost, 'Write off…'],
    ['addons?org=', org, 'Refund…'],
    ['ai?org=', org, 'Raise limit…'],
  ] as const;
  for (const [path, row, item] of dialogs) {
    await visit(page, `/provider/${path}${row}`);
    await choose(page, page.getByRole('row', { name: row }).last(), item);
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNone(page, `${item} of ${path}`);
  }
  await makeStale(db, 'provider');
  await visit(page, '/provider/federation');
  await page.getByRole('button', { name: 'Create key' }).click();
  const create = page.getByRole('dialog', { name: 'Create a key' });
  await create.getByLabel('Organisation').fill(org);
  await create.getByLabel('Name').fill('seen by axe');
  await create.getByRole('button', { name: 'Create key' }).click();
  const proof = page.getByRole('dialog', { name: 'Confirm it is you' });
  await expect(proof.getByLabel('Password')).toBeVisible();
  await expectNone(page, 'the proof');
  await proof.getByLabel('Password').fill(password);
  await proof.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('dialog', { name: 'The secret of this key' })).toBeVisible();
  await expectNone(page, 'the secret');
  expect(complaints.found).toEqual([]);
});
