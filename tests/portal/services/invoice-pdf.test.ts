import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { invoicePdf } from '#portal/documents/invoice-pdf';
import { getInvoiceDocument } from '#portal/services/provider/billing-invoice-document';
import { openPortalBase, staffOf } from './portal-base.ts';
import type { PortalBase } from './portal-base.ts';

const now = Date.UTC(2026, 10, 24, 14);
const hostile = 'Ünïcode & <b>Söhne</b> \u202e العربية Ж';
const lines = 120;

let base: PortalBase;

beforeAll(async () => {
  process.env['INVOICE_SELLER'] = JSON.stringify({
    name: 'Seller AG',
    address: ['Street 1', 'Zürich'],
    taxId: 'CHE-1',
  });
  base = await openPortalBase(now);
  await base.all.query(`insert into org (id, name, tax_rate) values ('buyer', $1, 0.19)`, [hostile]);
  await base.all.query(
    `insert into invoice (org_id, id, source, ref, number, status, currency, subtotal_minor, tax_minor, total_minor, paid_minor, due_minor, issued_at,
       due_at, created_at, version)
     values ('buyer', 'inv-1', 'rated', '2026-10-01:EUR', 'INV-000042', 'open', 'EUR', 1234500, 234555, 1469055, 1000, 1468055,
       '2026-11-02T03:30:00Z', '2026-11-16T03:30:00Z', now(), 3),
     ('buyer', 'draft-1', 'rated', '2026-11-01:EUR', null, 'draft', 'EUR', 0, 0, 0, 0, 0, null, null, now(), 1),
     ('buyer', 'told-1', 'reported', 'R-1', 'R-1', 'paid', 'EUR', 100, 0, 100, 100, 0, now(), now(), now(), 1)`,
  );
  await base.all.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, quantity, amount_minor, created_at)
     select 'buyer', 'inv-1', 'line:' || n, 'usage', 'API calls ' || n, 1000.5, 10287, now() from generate_series(1, $1::int) n`,
    [lines],
  );
});
afterAll(() => base.close());

async function textOf(pdf: Buffer) {
  const { text, totalPages } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
  return { text: text.replaceAll(/\s+/g, ' '), totalPages };
}

test('an invoice read back from its PDF says who, when, each line, tax and totals, over as many pages as it takes', async () => {
  const document = await getInvoiceDocument(staffOf('accountant'), 'buyer:inv-1');
  if (!document) throw new Error('no document');
  const { text, totalPages } = await textOf(await invoicePdf(document));
  expect(totalPages).toBeGreaterThan(2);
  const said = ['INV-000042', 'Seller AG', 'Zürich', 'CHE-1', 'Customer buyer', 'Nov 2, 2026', 'Nov 16, 2026', 'Söhne'];
  const summed = [
    'Subtotal 12,345.00 EUR',
    'Tax (19 %) 2,345.55 EUR',
    'Total 14,690.55 EUR',
    'Amount due 14,680.55 EUR',
  ];
  const listed = ['API calls 1 ', `API calls ${lines} `, '1,000.5', '102.87 EUR', `page 1 of ${totalPages}`];
  for (const words of [...said, ...summed, ...listed]) expect(text).toContain(words);
  expect(text).not.toContain('\u202e');
});

test('a draft, an invoice that an organisation told of, and what is not there have no document; a developer gets none', async () => {
  for (const id of ['buyer:draft-1', 'buyer:told-1', 'buyer:nothing', 'nobody:inv-1', ''])
    expect(await getInvoiceDocument(staffOf('provider'), id)).toBeUndefined();
  await expect(getInvoiceDocument(staffOf('developer'), 'buyer:inv-1')).rejects.toThrow('access denied');
});
