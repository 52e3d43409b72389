import { escapeLiteral } from 'pg';

/** Gives a value to the statement and returns its place in the text. */
export type Bind = (value: unknown) => string;

export function createBinder(): { readonly values: unknown[]; readonly bind: Bind } {
  const values: unknown[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** For statements that take no parameters, such as COPY: the value itself, quoted. Only of what a parser let through. */
export const inlineBind: Bind = (value) => {
  if (value instanceof Date) return `${escapeLiteral(value.toISOString())}::timestamptz`;
  if (Array.isArray(value)) return `array[${value.map((one) => escapeLiteral(String(one))).join(', ')}]::text[]`;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `${escapeLiteral(value)}::text`;
  throw new TypeError(`no literal of a ${typeof value}`);
};
