import { explanationText } from '#domain/billing/explanation-text';
import { moneyText } from '#domain/money-text';
import type { ReadInvoice, ReadMovement } from '#prisma/read-invoice';

/** An invoice as one reads it in a terminal, each line with how it came about. */
export function invoiceText(invoice: ReadInvoice): string {
  const money = (minor: string) => moneyText(BigInt(minor), invoice.currency);
  const { number, id, status, orgId, source, ref, version } = invoice;
  const movements = (name: string, all: readonly ReadMovement[]) =>
    all.map(({ ref: of, what, status: how, amount, at }) => `  ${name} ${of}: ${money(amount)} ${what}, ${how}, ${at}`);
  return [
    `${number ?? id}  ${status}  ${orgId}  ${source} ${ref}  ${id}  version ${version}`,
    `  issued ${invoice.issuedAt ?? '-'}, due ${invoice.dueAt ?? '-'}`,
    ...invoice.lines.flatMap(({ stream, description, quantity, amount, sourceKey, explanation }) => [
      `  ${stream.padEnd(13)} ${description}  ${quantity}  ${money(amount)}  (${sourceKey})`,
      ...explanationText(explanation).map((step) => `                  ${step}`),
    ]),
    `  subtotal ${money(invoice.subtotal)}, discount ${money(invoice.discount)}, tax ${money(invoice.tax)}, total ${money(invoice.total)}`,
    `  paid ${money(invoice.paid)}, credited ${money(invoice.credited)}, due ${money(invoice.due)}, refunded ${money(invoice.refunded)}, overpaid ${money(invoice.overpaid)}`,
    ...movements('payment', invoice.payments),
    ...movements('refund', invoice.refunds),
    ...movements('credit', invoice.credits),
    ...movements('dispute', invoice.disputes),
  ].join('\n');
}
