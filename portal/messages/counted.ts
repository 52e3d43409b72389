/** A count with its noun, as English has them: 1 invoice, 2 invoices, 10,000+ invoices. */
export function counted(count: string | number, one: string, many = `${one}s`): string {
  return `${count} ${String(count) === '1' ? one : many}`;
}
