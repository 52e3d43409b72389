import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { applyEvents } from '#activities/apply-events';
import { acceptAll, makeOrg } from '../../support/events.ts';
import { openBooks } from '../browser/invoices.ts';
import { choose, rowWith } from '../browser/row-menu.ts';
import { makeStale, prove } from '../browser/step-up.ts';
import { escape, signedIn, visit } from '../browser/visit.ts';

const { db, worker, makeInvoice, openCase, close } = openBooks();
test.afterAll(close);

async function standing(org: string) {
  const { rows } = await db.query<Record<string, unknown>>(
    `select status, paid_minor::int as paid, refunded_minor::int as refunded, credited_minor::int as credited, due_minor::int as due,
       (select coalesce(sum(amount_minor), 0)::int from billing_ledger l where l.org_id = i.org_id and l.account = 'cash') as cash,
       (select coalesce(sum(amount_minor), 0)::int from billing_ledger l where l.org_id = i.org_id) as balance
     from invoice i where org_id = $1`,
    [org],
  );
  return rows[0];
}

async function ordersOf(org: string) {
  const { rows } = await db.query<{ kind: string }>(
    "select kind from staff_command where org_id = $1 and status = 'done' order by created_at, id",
    [org],
  );
  return rows.map(({ kind }) => kind);
}

/** Types the invoice's name, which much money or a last word asks for. */
async function confirm(page: Page, number: string, button: string) {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('agreed by telephone');
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await expect(dialog.getByText(`This is not ${number}.`)).toBeVisible();
  await dialog.getByLabel(`Type ${number} to confirm`).fill(number);
  await makeStale(db, 'accountant');
  await dialog.getByRole('button', { name: button, exact: true }).dblclick();
  await prove(page);
}

test('U2: a charge and a refund of the page are made once, however often they are clicked; what goes back is up to what was paid, by who has said lately who they are', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(2_000_000);
  await openCase(org);
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/dunning?q=${number}`);
  await choose(page, rowWith(page, number), 'Retry now…');
  await page.getByRole('button', { name: 'Retry now', exact: true }).dblclick();
  const tried = page.getByRole('dialog', { name: `${number} was tried again` });
  await expect(tried.getByText('20,000.00 EUR')).toBeVisible();
  // The reversal is offered where the write ended.
  await tried.getByRole('button', { name: 'Refund…' }).click();
  const dialog = page.getByRole('dialog', { name: `Refund ${number}` });
  for (const wrong of ['0', '20000.01', 'all', '-1']) {
    await dialog.getByLabel('Amount in EUR').fill(wrong);
    await expect(dialog.getByText('An amount above 0 and up to 20,000.00 EUR.').first()).toBeVisible();
    await expect(dialog.getByRole('button', { name: 'Refund', exact: true })).toHaveAttribute('aria-disabled', 'true');
  }
  await dialog.getByLabel('Amount in EUR').fill('12,345.67');
  await confirm(page, number, 'Refund 12,345.67 EUR');
  await expect(page.getByRole('dialog', { name: `The refund of ${number} is on its way` })).toBeVisible();
  await expect
    .poll(() => standing(org))
    .toMatchObject({ status: 'paid', paid: 2_000_000, refunded: 1_234_567, cash: 765_433, balance: 0 });
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Refund…');
  await expect(dialog.getByPlaceholder('7,654.33')).toBeVisible();
  await dialog.getByLabel('Amount in EUR').fill('7654.34');
  await expect(dialog.getByText('An amount above 0 and up to 7,654.33 EUR.').first()).toBeVisible();
  const { rows } = await db.query(
    "select status from payment where org_id = $1 union all select 'refund' from refund where org_id = $1",
    [org],
  );
  expect(rows).toEqual([{ status: 'succeeded' }, { status: 'refund' }]);
  expect(await ordersOf(org)).toEqual(['retry_payment', 'refund']);
  expect(complaints.found).toEqual([]);
});

test('a refund that the books have as made and its provider never made is taken back from the page, once it was found to be missing', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(4_200);
  await openCase(org);
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Retry now…');
  await page.getByRole('button', { name: 'Retry now', exact: true }).click();
  await page
    .getByRole('dialog', { name: `${number} was tried again` })
    .getByRole('button', { name: 'Refund…' })
    .click();
  const refund = page.getByRole('dialog', { name: `Refund ${number}` });
  await refund.getByLabel('Reason').fill('agreed by telephone');
  await refund.getByRole('button', { name: 'Refund 42.00 EUR' }).click();
  await page
    .getByRole('dialog', { name: `The refund of ${number} is on its way` })
    .getByRole('button', { name: 'Close' })
    .click();
  await expect.poll(() => standing(org)).toMatchObject({ refunded: 4_200, cash: 0 });
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Take refunds back…');
  await confirm(page, number, 'Take back');
  await expect(
    page.getByText('No refund of the invoice was found to be missing at its provider').first(),
  ).toBeVisible();
  await db.query(
    `with gone as (delete from provider_refund where org_id = $1)
     insert into invariant_finding (invariant, slot, org_id, subject, detail, found_at)
     select 'M8', '2026-01-01T00', org_id, provider_ref, 'refund_missing_at_provider 4200', clock_timestamp() from payment
     where org_id = $1 and status = 'succeeded'`,
    [org],
  );
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Take refunds back…');
  await confirm(page, number, 'Take back');
  const taken = page.getByRole('dialog', { name: `Refunds of ${number} that were never made are taken back` });
  await taken.getByRole('button', { name: 'Close' }).click();
  expect(await standing(org)).toMatchObject({ status: 'paid', paid: 4_200, refunded: 0, cash: 4_200, balance: 0 });
  expect(await ordersOf(org)).toEqual(['retry_payment', 'refund', 'take_back_refunds']);
  expect(complaints.found).toEqual([]);
});

test('an invoice is given up and written off from the page, each once, and nothing is due on it any more', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(4_200);
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Mark uncollectible…');
  await confirm(page, number, 'Mark uncollectible');
  const given = page.getByRole('dialog', { name: `${number} is uncollectible` });
  await given.getByRole('button', { name: 'Write off…' }).click();
  await confirm(page, number, 'Write off');
  const written = page.getByRole('dialog', { name: `${number} is written off` });
  await expect(written).toContainText('Nothing is due on it any more.');
  await written.getByRole('button', { name: 'Close' }).click();
  expect(await standing(org)).toMatchObject({ status: 'uncollectible', due: 0, credited: 4_200, balance: 0 });
  await rowWith(page, number)
    .getByRole('button', { name: /^Actions for/ })
    .click();
  const again = page.getByRole('menuitem', { name: 'Write off…' });
  await expect(again).toHaveAttribute('aria-disabled', 'true');
  await expect(again).toContainText('Nothing is due on it');
  expect(await ordersOf(org)).toEqual(['mark_uncollectible', 'write_off']);
  expect(complaints.found).toEqual([]);
});

test('what was paid too much is shown with the invoice, and paid out from there once', async ({ context }) => {
  const org = await makeOrg(db);
  const invoice = { invoiceId: `REP-${org}`, currency: 'EUR' };
  const told = [
    { type: 'invoice.issued', data: { ...invoice, stream: 'usage', amountMinor: 900, dueAt: '2026-02-01T00:00:00Z' } },
    { type: 'invoice.paid', at: 1, data: { ...invoice, paymentId: 'P', amountMinor: 1_400 } },
  ] as const;
  await applyEvents(worker, await acceptAll(db, org, told), 'w');
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/invoices?org=${org}`);
  await page.locator('tbody tr').getByRole('link').first().click();
  await expect(page.getByText('5.00 EUR: its next invoices of this currency take it first.')).toBeVisible();
  await page.getByRole('button', { name: 'Pay out…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Pay out credit of' });
  await dialog.getByLabel('Amount in EUR').fill('5.01');
  await expect(dialog.getByText('An amount above 0 and up to 5.00 EUR.').first()).toBeVisible();
  await dialog.getByLabel('Amount in EUR').fill('5');
  await dialog.getByLabel('Reason').fill('left us, sent by bank');
  await makeStale(db, 'accountant');
  await dialog.getByRole('button', { name: 'Pay out 5.00 EUR' }).dblclick();
  await prove(page);
  await expect(page.getByText('5.00 EUR is paid out to')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Pay out…' })).toHaveCount(0);
  expect(await standing(org)).toMatchObject({ status: 'paid', paid: 900, cash: 900, balance: 0 });
  expect(await ordersOf(org)).toEqual(['pay_out_credit']);
  expect(complaints.found).toEqual([]);
});

test('what was overpaid is sent back from there through the provider, once, and what the invoice took stays', async ({
  context,
}) => {
  const { org, number } = await makeInvoice(4_200);
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await choose(page, rowWith(page, number), 'Retry now…');
  await page.getByRole('button', { name: 'Retry now', exact: true }).click();
  await expect(page.getByRole('dialog', { name: `${number} was tried again` })).toBeVisible();
  await db.query(
    `with paid as (insert into payment (org_id, invoice_id, ref, status, amount_minor, currency, method, at)
       values ($1, 'inv-' || $1, 'at-the-counter', 'succeeded', 1200, 'EUR', 'transfer', '2026-10-03')),
     booked as (insert into billing_ledger (org_id, transaction_id, entry, account, invoice_id, amount_minor, currency, at, fact)
       values ($1, 'counter', 1, 'cash', 'inv-' || $1, 1200, 'EUR', '2026-10-03', 'paid'),
         ($1, 'counter', 2, 'credit', 'inv-' || $1, -1200, 'EUR', '2026-10-03', 'paid'))
     update invoice set overpaid_minor = 1200 where org_id = $1`,
    [org],
  );
  await visit(page, `/provider/billing/invoices?q=${number}`);
  await rowWith(page, number).getByRole('link').first().click();
  await page.getByRole('button', { name: 'Send back…' }).click();
  const dialog = page.getByRole('dialog', { name: `Send back what was overpaid of ${number}` });
  await dialog.getByLabel('Amount in EUR').fill('12.01');
  await expect(dialog.getByText('An amount above 0 and up to 12.00 EUR.').first()).toBeVisible();
  await dialog.getByLabel('Amount in EUR').fill('12');
  await dialog.getByLabel('Reason').fill('paid twice');
  await makeStale(db, 'accountant');
  await dialog.getByRole('button', { name: 'Send back 12.00 EUR' }).dblclick();
  await prove(page);
  await expect(page.getByText('12.00 EUR is on its way back')).toBeVisible();
  await expect
    .poll(() => standing(org))
    .toMatchObject({ status: 'paid', paid: 4_200, refunded: 0, cash: 4_200, balance: 0 });
  await expect(page.getByRole('button', { name: 'Send back…' })).toHaveCount(0);
  const { rows } = await db.query(
    'select amount_minor::int as minor, status, provider_ref is not null as is_sent from refund where org_id = $1',
    [org],
  );
  expect(rows).toEqual([{ minor: 1_200, status: 'succeeded', is_sent: true }]);
  expect(await ordersOf(org)).toEqual(['retry_payment', 'refund']);
  expect(complaints.found).toEqual([]);
});

test('who has not said lately who they are refunds no purchase, and is not asked twice', async ({ context }) => {
  const org = await makeOrg(db);
  const data = { purchaseId: 'p', sku: 'seats', amountMinor: 5_000, currency: 'EUR' };
  await applyEvents(worker, await acceptAll(db, org, [{ type: 'addon.purchased', data }]), 'w');
  const { page, complaints } = await signedIn(context, 'accountant');
  await visit(page, `/provider/addons?org=${org}`);
  const refundedMinor = async () =>
    (await db.query('select refunded_minor::int as minor from addon_purchase where org_id = $1', [org])).rows;
  const refund = async (amount: string) => {
    await choose(page, page.locator('tbody tr'), 'Refund…');
    const dialog = page.getByRole('dialog', { name: /^Refund/ });
    await dialog.getByRole('textbox', { name: 'Amount in EUR' }).fill(amount);
    await dialog.getByRole('textbox', { name: /^Reason/ }).fill('did not like it');
    await dialog.getByRole('button', { name: 'Refund', exact: true }).click();
  };
  await makeStale(db, 'accountant');
  await refund('10.00');
  await escape(page.getByRole('dialog', { name: 'Confirm it is you' }));
  await expect(page.getByText('Say first who you are: nothing was changed.')).toBeVisible();
  expect(await refundedMinor()).toEqual([{ minor: 0 }]);
  await page
    .getByRole('dialog', { name: /^Refund/ })
    .getByRole('button', { name: 'Refund', exact: true })
    .click();
  await prove(page);
  await expect(page.getByText('10.00 EUR of p is refunded')).toBeVisible();
  await expect(page.getByRole('dialog', { name: /^Refund/ })).toHaveCount(0);
  await refund('15.00');
  await expect(page.getByText('15.00 EUR of p is refunded')).toBeVisible();
  expect(await refundedMinor()).toEqual([{ minor: 2_500 }]);
  expect(complaints.found).toEqual([]);
});

test('a file of more than 100,000 rows is for who has said lately who they are', async ({ context }) => {
  test.slow();
  const org = await makeOrg(db);
  // A day long gone, so that no other list has them on its pages. Loaded without the marks that roll-ups are made by.
  await db.query('alter table lead disable trigger user');
  try {
    await db.query(
      `insert into lead (org_id, id, status, created_at, version)
       select $1, 'L-' || n, 'new', '2020-01-01T00:00:00Z'::timestamptz + n * interval '1 second', 1 from generate_series(1, 100001) n`,
      [org],
    );
    const { page, complaints } = await signedIn(context, 'provider');
    await visit(page, `/provider/leads?org=${org}`);
    await makeStale(db, 'provider');
    await page.getByRole('button', { name: 'Export' }).click();
    const menu = page.getByRole('dialog', { name: 'Export as CSV' });
    await expect(menu.getByText('100,000+ rows match the filters')).toBeVisible();
    const begun = page.waitForEvent('download');
    await menu.getByRole('button', { name: 'Download' }).click();
    await prove(page);
    const file = await readFile(await (await begun).path(), 'utf8');
    expect(file.trimEnd().split('\n')).toHaveLength(100_002);
    await makeStale(db, 'provider');
    const refused = await page.request.get(`${new URL(page.url()).origin}/provider/leads/export?org=${org}`);
    expect([refused.status(), await refused.json()]).toEqual([403, { refusal: 'step_up' }]);
    expect(complaints.found).toEqual([]);
  } finally {
    await db.query('delete from lead where org_id = $1', [org]);
    await db.query('alter table lead enable trigger user');
  }
});
