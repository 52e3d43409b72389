import { escapeIdentifier } from 'pg';
import { inlineBind } from '../lists/bind.ts';
import type { ListQuery } from '../lists/define-list.ts';
import { someSql, streamSql } from '../services/provider/list-source.ts';

export interface CsvColumn {
  readonly name: string;
  /** An expression over the list's row `t` and what is joined to it. */
  readonly sql: string;
  /** Whether a program that opens the file could take it for a formula. Figures and instants are never touched. */
  readonly isText?: boolean;
}

export const exportRowsMax = 1_000_000;

/** The list of a query, whole or as many rows, in its order, as one statement that takes no parameters. */
export function copySql<F>(
  source: Parameters<typeof streamSql<F>>[0],
  query: Pick<ListQuery<F>, 'filters' | 'range' | 'direction'>,
  columns: readonly CsvColumn[],
  rowsMax = exportRowsMax,
): string {
  const told = { rowsMax, columns: toldSql(columns), names: columns.map(({ name }) => name) };
  return `copy (${streamSql(source, query, inlineBind, told)}) to stdout (format csv, header)`;
}

/** Rows that were chosen one by one, in the list's usual order. */
export function copyChosenSql<F>(
  source: Parameters<typeof someSql<F>>[0],
  filters: F,
  ids: readonly string[],
  columns: readonly CsvColumn[],
): string {
  const rows = someSql(source, filters, ids, inlineBind, toldSql(columns));
  return `copy (${rows}) to stdout (format csv, header)`;
}

/** The cells of a file's row. */
export function toldSql(columns: readonly CsvColumn[]): string {
  return columns
    .map(({ name, sql, isText }) => `${isText ? guarded(sql) : sql} as ${escapeIdentifier(name)}`)
    .join(', ');
}

/** ISO 8601, to the millisecond, with the offset of the session's time zone. */
export function instantSql(column: string): string {
  return `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MSTZH:TZM')`;
}

/** What begins a formula, as code points: numbers are compared faster than texts. */
const formulaStarts = ['=', '+', '-', '@', '\t', '\r'].map((sign) => sign.codePointAt(0));

function guarded(text: string) {
  return `case when ascii(${text}) in (${formulaStarts.join(', ')}) then '''' || ${text} else ${text} end`;
}
