import type { BulkItem } from '../../actions/bulk-result.ts';

/** The rows of a result as a file. Text that a program could take for a formula is guarded. */
export function csvOf(items: readonly BulkItem[]): string {
  const rows = items.map(({ id, label, became, note }) => [id, label, became, note]);
  return [['id', 'name', 'became', 'note'], ...rows].map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(text: string) {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}
