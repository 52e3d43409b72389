import 'server-only';
import PDFDocument from 'pdfkit';
import { formatDecimalText, formatMoney } from '../format/numbers.ts';
import { formatInstant } from '../format/times.ts';
import { invoiceDocument as copy } from '../messages/en-receivables.ts';
import type { InvoiceDocument } from '../services/provider/billing-invoice-document.ts';
import { documentFaces } from './document-fonts.ts';
import { createSheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

/** An invoice as its buyer files it: seller, buyer, number, dates, lines, tax and totals, page by page. */
export async function invoicePdf(invoice: InvoiceDocument): Promise<Buffer> {
  const faces = await documentFaces();
  const { number, seller, issuedAt } = invoice;
  const pdf = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    // Named, so that no file of the standard faces is looked for.
    font: '',
    lang: 'en',
    displayTitle: true,
    info: { Title: copy.fileTitle(number), Author: seller.name, CreationDate: new Date(issuedAt) },
  });
  const sheet = createSheet(pdf, faces);
  head(sheet, invoice);
  parties(sheet, invoice);
  lines(sheet, invoice);
  totals(sheet, invoice);
  sheet.foot((page, pages) => [
    [seller.name, seller.taxId].filter(Boolean).join(' · '),
    copy.page(number, page, pages),
  ]);
  pdf.end();
  const chunks: Buffer[] = [];
  for await (const chunk of pdf) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function head(sheet: Sheet, { number, seller, status }: InvoiceDocument) {
  sheet.text(seller.name, { size: 13, isBold: true, x: 0, width: 0.55 });
  sheet.text(copy.title, { size: 20, isBold: true, x: 0.55, width: 0.45, isRight: true });
  sheet.down(28);
  const address = [...seller.address, ...(seller.taxId === undefined ? [] : [copy.taxId(seller.taxId)])];
  const top = sheet.y();
  for (const row of address) {
    sheet.text(row, { isQuiet: true, x: 0, width: 0.55 });
    sheet.down(13);
  }
  const bottom = sheet.y();
  sheet.to(top);
  sheet.text(number, { isBold: true, x: 0.55, width: 0.45, isRight: true });
  const stamp = copy.stamps[status];
  if (stamp !== undefined) {
    sheet.down(15);
    sheet.text(stamp, { isBold: true, isQuiet: true, x: 0.55, width: 0.45, isRight: true });
  }
  sheet.to(Math.max(bottom, sheet.y()) + 22);
}

function parties(sheet: Sheet, { buyer, issuedAt, dueAt, month, currency, zone }: InvoiceDocument) {
  const top = sheet.y();
  sheet.text(copy.billTo, { isQuiet: true, x: 0, width: 0.5 });
  sheet.down(14);
  for (const [index, row] of [buyer.name, buyer.email, copy.customer(buyer.id)].filter(isTold).entries())
    sheet.down(sheet.text(row, { isBold: index === 0, x: 0, width: 0.5 }) + 2);
  const bottom = sheet.y();
  sheet.to(top);
  const facts = [
    [copy.issued, formatInstant(issuedAt, zone, 'day')],
    [copy.due, dueAt === undefined ? undefined : formatInstant(dueAt, zone, 'day')],
    [copy.month, month],
    [copy.currency, currency],
  ] as const;
  for (const [name, value] of facts) {
    if (value === undefined) continue;
    sheet.text(name, { isQuiet: true, x: 0.55, width: 0.2 });
    sheet.text(value, { x: 0.75, width: 0.25, isRight: true });
    sheet.down(15);
  }
  sheet.to(Math.max(bottom, sheet.y()) + 22);
}

function lines(sheet: Sheet, invoice: InvoiceDocument) {
  const { currency } = invoice;
  const heading = () => {
    sheet.text(copy.description, { isQuiet: true, x: 0, width: 0.6 });
    sheet.text(copy.quantity, { isQuiet: true, x: 0.6, width: 0.16, isRight: true });
    sheet.text(copy.amount, { isQuiet: true, x: 0.76, width: 0.24, isRight: true });
    sheet.down(16);
    sheet.rule();
    sheet.down(6);
  };
  heading();
  for (const { stream, description, quantity, minor } of invoice.lines) {
    const told = `${description} (${stream})`;
    sheet.room(sheet.height(told, 0.58) + 8, heading);
    const used = sheet.text(told, { x: 0, width: 0.58 });
    sheet.text(formatDecimalText(quantity), { x: 0.6, width: 0.16, isRight: true });
    sheet.text(formatMoney(minor, currency), { x: 0.76, width: 0.24, isRight: true });
    sheet.down(used + 6);
  }
  if (invoice.omitted.count > 0) {
    sheet.room(20, heading);
    sheet.text(copy.omitted(String(invoice.omitted.count)), { isQuiet: true, x: 0, width: 0.6 });
    sheet.text(formatMoney(invoice.omitted.minor, currency), { x: 0.76, width: 0.24, isRight: true });
    sheet.down(18);
  }
  sheet.rule();
  sheet.down(10);
}

function totals(sheet: Sheet, invoice: InvoiceDocument) {
  const { currency } = invoice;
  const rows = [
    { name: copy.subtotal, minor: invoice.subtotalMinor, isShown: true },
    { name: copy.discount, minor: -invoice.discountMinor, isShown: invoice.discountMinor !== 0n },
    { name: copy.tax(invoice.taxPercent), minor: invoice.taxMinor, isShown: true },
    { name: copy.total, minor: invoice.totalMinor, isShown: true, isBold: true },
    { name: copy.paid, minor: -invoice.paidMinor, isShown: invoice.paidMinor !== 0n },
    { name: copy.credited, minor: -invoice.creditedMinor, isShown: invoice.creditedMinor !== 0n },
    { name: copy.amountDue, minor: invoice.dueMinor, isShown: true, isBold: true },
  ].filter(({ isShown }) => isShown);
  sheet.room(rows.length * rowHeight, () => undefined);
  for (const { name, minor, isBold = false } of rows) {
    sheet.text(name, { isBold, isQuiet: !isBold, x: 0.5, width: 0.26 });
    sheet.text(formatMoney(minor, currency), { isBold, x: 0.76, width: 0.24, isRight: true });
    sheet.down(rowHeight);
  }
}

const rowHeight = 17;

function isTold(text: string | undefined): text is string {
  return text !== undefined;
}
