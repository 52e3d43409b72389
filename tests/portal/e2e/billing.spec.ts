import { expect, test, type BrowserContext, type Page, type Route } from '@playwright/test';
import { openBooks } from '../browser/invoices.ts';
import { portal, sessionCookie, signIn, type Role } from '../browser/staff.ts';
import { settled, signedIn, visit } from '../browser/visit.ts';

const tabs = ['', '/unbilled', '/dunning', '/credits', '/invoices', '/payments'].map(
  (tab) => `/provider/billing${tab}`,
);

const { db, makeInvoice, openCase, close } = openBooks();
test.afterAll(close);

async function standing(org: string) {
  const { rows } = await db.query<Record<string, unknown>>(
    `select status, credited_minor::int as credited, due_minor::int as due, refunded_minor::int as refunded,
       (select count(*)::int from staff_command c where c.org_id = i.org_id) as orders from invoice i where org_id = $1`,
    [org],
  );
  return rows[0];
}

async function listOf(context: BrowserContext, role: Role, path: string, number: string) {
  const { page, complaints } = await signedIn(context, role);
  await visit(page, `${path}?q=${number}`);
  return { page, complaints };
}

async function choose(page: Page, number: string, item: string) {
  await page.getByRole('button', { name: `Actions for ${number}` }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('each tab has its heading, its figures, its filters and, with nothing in it, words for that', async ({
  context,
}) => {
  await makeInvoice(700);
  const { page, complaints } = await signedIn(context, 'accountant');
  for (const path of tabs) {
    expect(await visit(page, path), path).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
    await expect(page.locator('[data-kpi] a')).toHaveCount(5);
    await expect(page.getByRole('search')).toBeVisible();
  }
  await visit(page, '/provider/billing/invoices?q=INV-none');
  await expect(page.getByText('No invoice matches these filters')).toBeVisible();
  await visit(page, '/provider/billing?gaps=only');
  await expect(page.getByText('All streams reconcile.')).toBeVisible();
  expect(complaints.found).toEqual([]);
  const none = { cookie: `${sessionCookie}=${await signIn('accountant', portal('empty'))}` };
  for (const [tab, words] of [
    ['invoices', 'No invoices yet.'],
    ['dunning', 'Nothing is overdue.'],
    ['unbilled', 'Every converted lead is billed.'],
  ] as const) {
    const shown = await fetch(`${portal('empty')}/provider/billing/${tab}`, { headers: none });
    expect(await shown.text()).toContain(words);
  }
});

test('a developer sees nothing of it, and a document only goes to who may, and into no cache', async () => {
  const { org } = await makeInvoice(1_234);
  const document = `/provider/billing/invoices/pdf?invoice=${org}:inv-${org}`;
  const get = async (path: string, role?: Role) => {
    const headers = role ? { cookie: `${sessionCookie}=${await signIn(role)}` } : {};
    return fetch(`${portal()}${path}`, { headers, redirect: 'manual' });
  };
  for (const path of [...tabs, ...tabs.map((tab) => `${tab}/export`), document])
    expect((await get(path, 'developer')).status, path).toBe(403);
  expect([303, 307, 401]).toContain((await get(document)).status);
  const pdf = await get(document, 'accountant');
  expect([pdf.status, pdf.headers.get('content-type'), pdf.headers.get('cache-control')]).toEqual([
    200,
    'application/pdf',
    'no-store',
  ]);
  expect(
    Buffer.from(await pdf.arrayBuffer())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-');
  expect((await get('/provider/billing/invoices/pdf?invoice=nobody:x', 'accountant')).status).toBe(404);
});

test('a credit note that is sent twice is made once, and the result says how the invoice stands', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(5_000);
  const { page, complaints } = await listOf(context, 'accountant', '/provider/billing/invoices', number);
  await choose(page, number, 'Credit note…');
  await page.getByLabel('Amount in EUR').fill('60');
  await expect(page.getByRole('button', { name: 'Credit', exact: true })).toHaveAttribute('aria-disabled', 'true');
  await page.getByLabel('Amount in EUR').fill('12.50');
  await page.getByLabel('Reason').fill('A seat too many');
  await page.getByRole('button', { name: 'Credit 12.50 EUR' }).dblclick();
  await expect(page.getByRole('dialog', { name: `A credit note was made for ${number}` })).toContainText('37.50 EUR');
  expect(await standing(org)).toMatchObject({ credited: 1_250, due: 3_750, orders: 1 });
  expect(complaints.found).toEqual([]);
});

test('U3: of two members at one invoice the second is told who changed it, changes nothing, and goes on with what it is now', async ({
  browser,
}) => {
  const { org, number } = await makeInvoice(9_000);
  const [first, second] = await Promise.all(
    (['accountant', 'provider'] as const).map(async (role) =>
      listOf(await browser.newContext(), role, '/provider/billing/invoices', number),
    ),
  );
  if (!first || !second) throw new Error('no pages');
  await choose(second.page, number, 'Credit note…');
  await choose(first.page, number, 'Credit note…');
  await first.page.getByLabel('Amount in EUR').fill('10');
  await first.page.getByLabel('Reason').fill('First');
  await first.page.getByRole('button', { name: 'Credit 10.00 EUR' }).click();
  await expect(first.page.getByRole('dialog', { name: /credit note was made/ })).toBeVisible();
  await second.page.getByLabel('Amount in EUR').fill('85');
  await second.page.getByLabel('Reason').fill('Second');
  await second.page.getByRole('button', { name: 'Credit 85.00 EUR' }).click();
  await expect(second.page.getByText(/^Changed by accountant@example.org/).first()).toBeVisible();
  expect(await standing(org)).toMatchObject({ status: 'open', credited: 1_000, due: 8_000 });
  await second.page.getByRole('button', { name: 'Reload' }).first().click();
  await expect(second.page.getByPlaceholder('80.00')).toBeVisible();
  await second.page
    .getByRole('dialog', { name: /^Credit/ })
    .getByRole('button', { name: 'Cancel' })
    .click();
  await choose(second.page, number, 'Void…');
  await second.page.getByLabel('Reason').fill('Second');
  await second.page.getByRole('button', { name: 'Void', exact: true }).click();
  await expect(second.page.getByText(`This is not ${number}.`)).toBeVisible();
  await second.page.getByLabel(`Type ${number} to confirm`).fill(number);
  await second.page.getByRole('button', { name: 'Void', exact: true }).click();
  await expect(second.page.getByRole('dialog', { name: `${number} is void` })).toBeVisible();
  expect(await standing(org)).toMatchObject({ status: 'void', orders: 3 });
  await Promise.all([first, second].map(({ page }) => page.context().close()));
});

test('who has changed an invoice changes it again before its row is read anew, as what they did left it', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(5_000);
  const { page, complaints } = await listOf(context, 'accountant', '/provider/billing/invoices', number);
  const late: Route[] = [];
  let isLate = true;
  await page.route(/[?&]_rsc=/, async (route) => {
    if (isLate) late.push(route);
    else await route.continue();
  });
  const result = page.getByRole('dialog', { name: `A credit note was made for ${number}` });
  const credit = async (left: string, amount: string) => {
    await choose(page, number, 'Credit note…');
    await expect(page.getByPlaceholder(left)).toBeVisible();
    await page.getByLabel('Amount in EUR').fill(amount);
    await page.getByLabel('Reason').fill('A seat too many');
    await page.getByRole('button', { name: `Credit ${amount} EUR` }).click();
  };
  await credit('50.00', '10.00');
  await expect(result).toContainText('40.00 EUR');
  await result.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => late.length).toBeGreaterThan(0);
  await credit('40.00', '15.00');
  isLate = false;
  await Promise.all(late.map((route) => route.continue()));
  await expect(result).toContainText('25.00 EUR');
  expect(await standing(org)).toMatchObject({ credited: 2_500, due: 2_500, orders: 2 });
  expect(complaints.found).toEqual([]);
});

test('dunning is held until a day, let go on, told by a notice, and ended by giving the invoice up', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(4_000);
  await openCase(org);
  const { page, complaints } = await listOf(context, 'provider', '/provider/billing/dunning', number);
  const row = page.locator('tbody tr', { hasText: number });
  await choose(page, number, 'Pause until…');
  await page.getByLabel(/^Until/).fill('2099-01-01');
  await page.getByLabel('Reason').fill('They pay in January');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Resume…' }).click();
  await expect(row).toContainText('Paused');
  await page
    .getByRole('button', { name: 'Resume', exact: true })
    .or(page.getByRole('button', { name: 'Resume…', exact: true }))
    .first()
    .click();
  await page
    .getByRole('dialog', { name: /goes on/ })
    .getByRole('button', { name: 'Close' })
    .click();
  await expect(row).toContainText('Retrying');
  await choose(page, number, 'Send notice…');
  await page.getByRole('button', { name: 'Send notice', exact: true }).click();
  await page
    .getByRole('dialog', { name: /is recorded/ })
    .getByRole('button', { name: 'Close' })
    .click();
  const told = await db.query('select 1 from dunning_notice where org_id = $1', [org]);
  expect(told.rowCount).toBe(1);
  await choose(page, number, 'Mark uncollectible…');
  await page.getByLabel('Reason').fill('Bankrupt');
  await page.getByLabel(`Type ${number} to confirm`).fill(number);
  await page.getByRole('button', { name: 'Mark uncollectible', exact: true }).click();
  await page
    .getByRole('dialog', { name: /is uncollectible/ })
    .getByRole('button', { name: 'Close' })
    .click();
  await expect(page.getByText('No overdue invoice matches these filters')).toBeVisible();
  expect(await standing(org)).toMatchObject({ status: 'uncollectible', due: 4_000 });
  await settled(page);
  expect(complaints.found).toEqual([]);
});

test('many overdue invoices are told of and tried again, each once: who cannot is skipped and says why', async ({
  context,
}) => {
  const [first, second] = [await makeInvoice(4_100), await makeInvoice(4_200)];
  await openCase(first.org);
  const { page, complaints } = await signedIn(context, 'accountant');
  const filter = `org=${first.org},${second.org}`;
  await visit(page, `/provider/billing/dunning?${filter}`);
  const bulk = async (label: string) => {
    await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click();
    await page.getByRole('group', { name: 'Selected rows' }).getByRole('button', { name: label }).click();
    await page.getByLabel('Reason').fill('before the holidays');
    await page.getByRole('dialog').getByRole('button', { name: label }).dblclick();
    return page.getByRole('dialog', { name: label, exact: true });
  };
  const told = await bulk('Send notice');
  await expect(told.getByText('1 done')).toBeVisible();
  await expect(told.getByText('1 skipped')).toBeVisible();
  await expect(told.getByText(`${second.number}, ${second.org}`)).toBeVisible();
  await told.getByRole('button', { name: 'Close' }).click();
  await expect(page).toHaveURL(new RegExp(filter));
  const tried = await bulk('Retry now');
  await expect(tried.getByText('2 done')).toBeVisible();
  await tried.getByRole('button', { name: 'Close' }).click();
  const { rows } = await db.query(
    'select kind, status, count(*)::int as n from staff_command where org_id = any ($1) group by kind, status order by kind, status',
    [[first.org, second.org]],
  );
  expect(rows).toEqual([
    { kind: 'retry_payment', status: 'done', n: 2 },
    { kind: 'send_notice', status: 'done', n: 1 },
    { kind: 'send_notice', status: 'refused', n: 1 },
  ]);
  expect(complaints.found).toEqual([]);
});

test('who has not said lately who they are gives no invoice up', async ({ context }) => {
  const { org, number } = await makeInvoice(800);
  const { page } = await listOf(context, 'provider', '/provider/billing/invoices', number);
  const staff = "staff_id = (select id from staff_member where email = 'provider@example.org')";
  const provenAt = (at: string) => db.query(`update staff_session set reauth_at = $1 where ${staff}`, [at]);
  const giveUp = async () => {
    await choose(page, number, 'Mark uncollectible…');
    await page.getByLabel('Reason').fill('Bankrupt');
    await page.getByLabel(`Type ${number} to confirm`).fill(number);
    const answered = page.waitForResponse((response) => response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Mark uncollectible', exact: true }).click();
    await answered;
  };
  await provenAt('2026-11-24T11:49:00Z');
  await giveUp();
  expect(await standing(org)).toMatchObject({ status: 'open', orders: 0 });
  await page.reload();
  await settled(page);
  await provenAt('2026-11-24T11:51:00Z');
  await giveUp();
  await expect(page.getByRole('dialog', { name: /is uncollectible/ })).toBeVisible();
  expect(await standing(org)).toMatchObject({ status: 'uncollectible', orders: 1 });
});

test('a correction of credits is posted once, by who has a reason for it', async ({ context }) => {
  const { org } = await makeInvoice(600);
  await db.query('insert into credit_balance values ($1, 0, 0, 0, 0, 0, now())', [org]);
  const { page } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/credits?q=${org}`);
  await page.locator('tbody a[data-row]').click();
  await page.getByRole('button', { name: 'Post correction' }).click();
  const dialog = page.getByRole('dialog', { name: `Correct the credits of ${org}` });
  await dialog.getByLabel(/^Credits/).fill('-25.5');
  await dialog.getByRole('button', { name: 'Post correction' }).click();
  await expect(dialog.getByText('Say why: it is kept in the audit log.')).toBeVisible();
  await dialog.getByLabel('Reason').fill('Given twice');
  await dialog.getByRole('button', { name: 'Post correction' }).dblclick();
  await expect(page.getByText(`The credits of ${org} are corrected`)).toBeVisible();
  const { rows } = await db.query('select trim_scale(credits)::text as credits from credit_grant where org_id = $1', [
    org,
  ]);
  expect(rows).toEqual([{ credits: '-25.5' }]);
});
