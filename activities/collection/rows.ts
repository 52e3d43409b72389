import type pg from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** Reads cells by the type that their column has. */
export interface RowReader {
  text(column: string): string;
  optionalText(column: string): string | undefined;
  optionalTexts(column: string): string[] | undefined;
  number(column: string): number;
  optionalNumber(column: string): number | undefined;
  minor(column: string): bigint;
  isSet(column: string): boolean;
  json(column: string): unknown;
}

export async function readRows<T>(
  client: pg.ClientBase | pg.Pool,
  text: string,
  values: readonly unknown[],
  ofRow: (row: RowReader) => T,
): Promise<T[]> {
  const { rows } = await client.query<Row>(text, [...values]);
  return rows.map((row) => ofRow(createReader(row)));
}

/** SQL of a date as a number of days. */
export const daysOf = (column: string) => `(${column} - date '1970-01-01')::integer`;

function createReader(row: Row): RowReader {
  const text = (column: string) => {
    const cell = row[column];
    if (typeof cell === 'string') return cell;
    if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
    throw new Error(`column ${column} holds no text`);
  };
  const isNull = (column: string) => row[column] === null || row[column] === undefined;
  return {
    text,
    optionalText: (column) => (isNull(column) ? undefined : text(column)),
    optionalTexts: (column) => {
      const cell = row[column];
      return Array.isArray(cell) ? cell.map(String) : undefined;
    },
    number: (column) => Number(text(column)),
    optionalNumber: (column) => (isNull(column) ? undefined : Number(text(column))),
    minor: (column) => BigInt(text(column)),
    isSet: (column) => row[column] === true,
    json: (column) => row[column],
  };
}
