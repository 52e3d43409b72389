import { expect, test, type BrowserContext, type Locator, type Page } from '@playwright/test';
import type pg from 'pg';
import { applyEvents } from '#activities/apply-events';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../support/admin.ts';
import { acceptAll, makeOrg, type Told } from '../support/events.ts';
import { expectNoViolation } from './browser/axe.ts';
import { portal, sessionCookie, signIn, type Role } from './browser/staff.ts';
import { underTest } from './browser/under-test.ts';
import { escape, openedSheet, settled, signedIn, visit } from './browser/visit.ts';

let db: pg.Pool;

test.beforeAll(() => {
  db = openAdmin(underTest().fullDatabase, 2);
});

test.afterAll(() => db.end());

/** An org of its own with leads, all new. */
async function makeLeads(names: readonly string[], told: readonly Told[] = []): Promise<string> {
  const org = await makeOrg(db);
  const worker = createPool({
    url: underTest().fullDatabase,
    role: 'worker',
    max: 2,
    applicationName: 'test',
  });
  const created = names.map((name, at): Told => {
    const data = { leadId: name, company: `Company ${name}`, source: 'web', valueMinor: 100_000, currency: 'EUR' };
    return { type: 'lead.created', at, data };
  });
  await applyEvents(worker, await acceptAll(db, org, [...created, ...told]), 'w');
  await worker.end();
  return org;
}

async function openDesk(context: BrowserContext, query: string, role: Role = 'provider') {
  const { page, complaints } = await signedIn(context, role);
  await visit(page, `/provider/leads?${query}`);
  return { page, complaints };
}

const rowOf = (page: Page, lead: string) => page.locator('.data-table tbody tr').filter({ hasText: `Company ${lead}` });

async function choose(page: Page, row: Locator, item: string | RegExp) {
  await row.getByRole('button', { name: /^Actions for/ }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

async function statusOf(org: string, lead: string) {
  const { rows } = await db.query<{ status: string }>('select status from lead where org_id = $1 and id = $2', [
    org,
    lead,
  ]);
  return rows[0]?.status;
}

async function entriesOf(org: string, lead: string) {
  const { rows } = await db.query<{ action: string }>(
    "select action from audit_log where org_id = $1 and subject = $2 and actor = 'provider@example.org' order by seq",
    [org, `lead/${lead}`],
  );
  return rows.map(({ action }) => action);
}

test('T18, T22, E4: a lead is marked and taken back, converted at a price and added to an invoice, each once, also by a double click, and its file says so', async ({
  context,
}) => {
  const org = await makeLeads(['a']);
  const { page, complaints } = await openDesk(context, `org=${org}`);
  const row = rowOf(page, 'a');
  await choose(page, row, 'Mark contacted');
  await expect(page.getByText('Company a: contacted')).toBeVisible();
  await expect(row.getByText('Contacted')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Company a: new')).toBeVisible();
  await expect(row.getByText('New', { exact: true })).toBeVisible();
  await choose(page, row, 'Mark qualified');
  await expect(page.getByText('Company a: qualified')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(() => statusOf(org, 'a')).toBe('new');
  await expect(row.getByText('New', { exact: true })).toBeVisible();
  await choose(page, row, 'Convert…');
  await page.getByLabel('Fee (optional)').fill('150.00');
  await page.getByRole('dialog').getByRole('button', { name: 'Convert' }).click();
  await expect(page.getByText('This is not a.')).toBeVisible();
  await page.getByLabel('Type a to confirm').fill('a');
  await page.getByRole('dialog').getByRole('button', { name: 'Convert' }).dblclick();
  await expect(page.getByText('Company a: converted')).toBeVisible();
  await choose(page, row, 'Add to invoice…');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('cell', { name: '150.00 EUR' }).first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Add to invoice' }).click();
  await expect(dialog.getByText('Say why: it is kept in the audit log.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('asked for now');
  await dialog.getByRole('button', { name: 'Add to invoice' }).dblclick();
  await expect(page.getByRole('heading', { name: 'Added to invoices' })).toBeVisible();
  await expect(page.getByText('1 done')).toBeVisible();
  const lines = await db.query(
    "select amount_minor::int as minor from invoice_line where org_id = $1 and source = 'lead:a'",
    [org],
  );
  expect(lines.rows).toEqual([{ minor: 15_000 }]);
  const file = await page.request.get(`${portal()}/provider/leads/export?org=${org}&columns=id,status`);
  expect(await file.text()).toBe('id,status\na,invoiced\n');
  expect(await entriesOf(org, 'a')).toEqual([
    'lead.contacted',
    'lead.new',
    'lead.qualified',
    'lead.new',
    'lead.converted',
    'lead.invoiced',
  ]);
  await page.getByRole('button', { name: 'Close' }).last().click();
  await row.getByRole('link', { name: 'Draft' }).click();
  await expect(page).toHaveURL(new RegExp(`/provider/billing/invoices\\?row=${org}:inv_`));
  await expect(page.getByRole('dialog', { name: /^Draft/ })).toBeVisible();
  await visit(page, `/provider/audit?org=${org}&action=lead.invoiced`);
  await page.locator('a[data-row]').click();
  await page.getByRole('dialog').getByRole('link', { name: 'lead/a' }).click();
  await expect(page.getByRole('dialog', { name: 'Company a' })).toBeVisible();
  const { page: developers } = await openDesk(await newContext(context), `org=${org}`, 'developer');
  await expect(rowOf(developers, 'a').getByText('Draft')).toBeVisible();
  await expect(rowOf(developers, 'a').getByRole('link', { name: 'Draft' })).toHaveCount(0);
  expect(complaints.found).toEqual([]);
});

test('T4, T13, T14, T15, T16, T17, T18: many are converted by their filter: it is told, typed and counted again; who cannot is skipped, and the filter stays', async ({
  context,
}) => {
  const names = Array.from({ length: 30 }, (_, n) => `m${n}`);
  const org = await makeLeads(names, [{ type: 'lead.converted', at: 90, data: { leadId: 'm3' } }]);
  const { page, complaints } = await openDesk(context, `org=${org}&size=25`);
  await page.getByRole('checkbox', { name: 'Select Company m29' }).click();
  await page.getByRole('checkbox', { name: 'Select Company m27' }).click({ modifiers: ['Shift'] });
  await expect(page.getByText('3 selected').last()).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await settled(page);
  await expect(page.getByText('3 selected on other pages')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await page.getByRole('button', { name: 'Select all 30 matching' }).click();
  await makeMore(org);
  await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Convert' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('dl')).toHaveText(`All 30 that matchorg: ${org}`);
  await dialog.getByLabel('Reason').fill('a fair');
  await dialog.getByLabel('Type 30 to confirm').fill('30');
  await dialog.getByRole('button', { name: 'Convert' }).click();
  await expect(page.getByText('30 matched when you looked, 31 match now. Look again.').last()).toBeVisible();
  expect(await statusOf(org, 'm0')).toBe('new');
  await page.getByRole('button', { name: 'Reload' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('All 31 matching selected').last()).toBeVisible();
  await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Convert' }).click();
  await dialog.getByLabel('Reason').fill('a fair');
  await dialog.getByLabel('Type 31 to confirm').fill('31');
  await dialog.getByRole('button', { name: 'Convert' }).click();
  await expect(dialog.getByText('30 done')).toBeVisible();
  await expect(dialog.getByText('1 skipped')).toBeVisible();
  await expect(dialog.getByText('Already converted')).toBeVisible();
  const saved = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'CSV' }).click();
  expect((await saved).suggestedFilename()).toBe('leads-converted.csv');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(new RegExp(`org=${org}`));
  const orders = await db.query("select from staff_command where org_id = $1 and kind = 'move_leads'", [org]);
  expect(orders.rowCount).toBe(1);
  expect(complaints.found).toEqual([]);
});

async function makeMore(org: string) {
  await db.query(
    `insert into lead (org_id, id, status, company, source, created_at, version)
     values ($1, 'late', 'new', 'Company late', 'web', '2026-01-01T03:00:00Z', 1)`,
    [org],
  );
}

test('keys walk, select, open the menu and close what is on top; a lead that another changed meanwhile says by whom', async ({
  context,
}) => {
  const org = await makeLeads(['k0', 'k1']);
  const { page, complaints } = await openDesk(context, `org=${org}`);
  const first = page.locator('a[data-row]').first();
  await first.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await expect(page.getByRole('checkbox', { name: 'Select Company k0' })).toBeChecked();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('checkbox', { name: 'Select Company k0' })).not.toBeChecked();
  await page.keyboard.press('Enter');
  const sheet = page.getByRole('dialog', { name: 'Company k0' });
  await openedSheet(page);
  await sheet.getByRole('button', { name: 'Actions for Company k0' }).press('Enter');
  await page.getByRole('menuitem', { name: 'Set fee…' }).click();
  const dialog = page.getByRole('dialog', { name: /Set the fee/ });
  await dialog.getByLabel('Reason').pressSequentially('jkjk');
  await expect(dialog.getByLabel('Reason')).toHaveValue('jkjk');
  await escape(dialog);
  await expect(sheet).toBeVisible();
  await escape(sheet);
  const other = await openDesk(await newContext(context), `org=${org}`);
  await choose(other.page, rowOf(other.page, 'k1'), 'Mark qualified');
  await expect(other.page.getByText('Company k1: qualified')).toBeVisible();
  await other.page.close();
  await choose(page, rowOf(page, 'k1'), 'Mark contacted');
  await expect(page.getByText(/^Changed by provider@example.org .* ago$/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(rowOf(page, 'k1').getByText('Qualified')).toBeVisible();
  expect(complaints.found).toEqual([]);
});

async function newContext(context: BrowserContext): Promise<BrowserContext> {
  const browser = context.browser();
  if (!browser) throw new Error('there is no browser');
  return browser.newContext();
}

test('an action does nothing without a session, the role, or a request of our own page', async ({ context }) => {
  const org = await makeLeads(['s']);
  const { page } = await openDesk(context, `org=${org}`);
  const sent = page.waitForRequest((request) => request.method() === 'POST' && 'next-action' in request.headers());
  await choose(page, rowOf(page, 's'), 'Mark contacted');
  const request = await sent;
  await expect(page.getByText('Company s: contacted')).toBeVisible();
  const body = (request.postData() ?? '').replace('"contacted"', '"disqualified"').replace('"new"', '"contacted"');
  const send = async (headers: Record<string, string>) => {
    const fresh = body.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, () => crypto.randomUUID());
    const told = { 'next-action': request.headers()['next-action'] ?? '', 'content-type': 'text/plain;charset=UTF-8' };
    const response = await fetch(request.url(), { method: 'POST', headers: { ...told, ...headers }, body: fresh });
    return { status: response.status, text: await response.text() };
  };
  const origin = portal();
  const cookieOf = async (role: Role) => `${sessionCookie}=${await signIn(role)}`;
  const provider = await cookieOf('provider');
  expect((await send({ origin })).status).toBe(401);
  expect((await send({ origin, cookie: `${sessionCookie}=${'A'.repeat(43)}` })).text).not.toContain('"ok":true');
  for (const role of ['developer', 'accountant'] as const)
    expect((await send({ origin, cookie: await cookieOf(role) })).text).toContain('"refusal":"forbidden"');
  expect((await send({ cookie: provider })).text).toContain('"refusal":"foreign_origin"');
  expect((await send({ cookie: provider, origin: 'https://evil.example' })).text).not.toContain('"ok":true');
  expect((await send({ cookie: provider, 'sec-fetch-site': 'cross-site' })).text).toContain(
    '"refusal":"foreign_origin"',
  );
  expect(await statusOf(org, 's')).toBe('contacted');
  expect((await send({ cookie: provider, origin })).text).toContain('"ok":true');
  expect(await statusOf(org, 's')).toBe('disqualified');
});

test('T20: a role sees every action and why it may not take it', async ({ context }) => {
  const org = await makeLeads(['r']);
  const { page } = await openDesk(context, `org=${org}`, 'developer');
  await page.getByRole('checkbox', { name: 'Select Company r' }).click();
  await expect(page.getByRole('group', { name: 'Selected rows' }).getByRole('button')).toHaveText(['Clear', 'Export']);
  await rowOf(page, 'r')
    .getByRole('button', { name: /^Actions for/ })
    .click();
  const convert = page.getByRole('menuitem', { name: 'Convert…' }).and(page.locator('[aria-disabled=true]'));
  await convert.focus();
  await expect(convert).toBeFocused();
  await expect(convert).toContainText('Your role does not include this.');
});

test('no violation, dialogs in five packs: a menu, a lead disqualified or priced, rows chosen, a result, a notice', async ({
  context,
}) => {
  test.slow();
  const org = await makeLeads(['x', 'y']);
  const { page, complaints } = await openDesk(context, `org=${org}`);
  await rowOf(page, 'x')
    .getByRole('button', { name: /^Actions for/ })
    .click();
  await expect(page.getByRole('menu')).toBeVisible();
  await expectNoViolation(page, 'a menu', ['contrast']);
  await page.getByRole('menuitem', { name: 'Disqualify…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Disqualify' }).click();
  await expectNoViolation(page, 'a lead disqualified');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await choose(page, rowOf(page, 'y'), 'Set fee…');
  await page.getByRole('dialog').getByLabel(/^Fee/).fill('a lot');
  await expect(page.getByText('This is no amount of that currency.').first()).toBeVisible();
  await expectNoViolation(page, 'a lead priced');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
  await expectNoViolation(page, 'rows chosen', ['contrast']);
  await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: 'Disqualify' }).click();
  await page.getByLabel('Reason').fill('nobody there');
  await page.getByRole('dialog').getByRole('button', { name: 'Disqualify' }).click();
  await expect(page.getByText('2 done')).toBeVisible();
  await expectNoViolation(page, 'a result', ['contrast']);
  await page.getByRole('button', { name: 'Close' }).click();
  await choose(page, rowOf(page, 'x'), 'Back to new');
  await expect(page.getByText('Company x: new')).toBeVisible();
  // A notice goes by itself.
  await expectNoViolation(page, 'a notice', ['contrast']);
  expect(complaints.found).toEqual([]);
});
