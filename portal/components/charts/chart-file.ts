/** Rows of cells as a CSV that an anchor can hold: a file of exactly what the chart shows, without asking the server again. */
export function csvHref(rows: readonly (readonly string[])[]): string {
  return `data:text/csv;charset=utf-8,${encodeURIComponent(csvText(rows))}`;
}

export function csvText(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

/** Text that a program could take for a formula is guarded; a number with its sign is none. */
function cellOf(cell: string) {
  const isNumber = /^-?\d+(\.\d+)?$/.test(cell);
  const guarded = !isNumber && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
