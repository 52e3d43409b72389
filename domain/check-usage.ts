import { isOfLength, isPlainObject, metaBytesMax, readQuantity, type Meta } from './fields.ts';
import { dayMs, hourMs, minuteMs, parseInstant, secondMs, type EpochMs } from './instants.ts';
import { issueAt, issuesOf, type Issue } from './issues.ts';
import { isWindow, usageRow, usageRowsMax, type UsageRow } from './usage.ts';

export type UsageCheck =
  | { readonly ok: true; readonly tenantIds: ReadonlySet<string> }
  | { readonly ok: false; readonly issues: readonly Issue[] };

const issuesPerRowMax = 3;

/**
 * Judges the body of a usage request exactly as the schema `usageRows` does, six times as fast: a thousand rows must not
 * hold others up. Only rows that are bad meet the schema, for the words of their issues.
 */
export function checkUsage(body: unknown): UsageCheck {
  if (!Array.isArray(body)) return refused([issueAt([], 'Must be a list of usage rows')]);
  const rows: readonly unknown[] = body;
  if (rows.length === 0 || rows.length > usageRowsMax) {
    return refused([issueAt([], `Must have 1 to ${usageRowsMax} rows`)]);
  }
  const issues: Issue[] = [];
  const tenantIds = new Set<string>();
  const rowIds = new Set<string>();
  const instantOf = createInstantReader();
  for (const [index, row] of rows.entries()) {
    const read = readRow(row, instantOf);
    if (!read) {
      issues.push(...rowIssues(row, index));
      continue;
    }
    tenantIds.add(read.tenantId);
    if (read.id === undefined) continue;
    if (rowIds.has(read.id)) issues.push(issueAt([index, 'id'], 'Named twice in this request'));
    rowIds.add(read.id);
  }
  return issues.length === 0 ? { ok: true, tenantIds } : refused(issues);
}

/** The rows of a request that was checked when it was accepted; undefined when it does not fit any more. */
export function readUsage(body: unknown): UsageRow[] | undefined {
  if (!Array.isArray(body)) return undefined;
  const rows: readonly unknown[] = body;
  const instantOf = createInstantReader();
  const read = rows.flatMap((row) => readRow(row, instantOf) ?? []);
  return read.length === rows.length ? read : undefined;
}

function refused(issues: readonly Issue[]): UsageCheck {
  return { ok: false, issues };
}

function rowIssues(row: unknown, index: number): Issue[] {
  const result = usageRow.safeParse(row);
  const issues = result.success ? [] : issuesOf(result.error).slice(0, issuesPerRowMax);
  return issues.map(({ path, message }) => issueAt(path === '' ? [index] : [index, path], message));
}

type InstantReader = (text: string) => EpochMs | undefined;

const names: ReadonlySet<string> = new Set(['tenantId', 'meter', 'quantity', 'windowStart', 'windowEnd', 'id', 'meta']);
const meterPattern = /^[a-z0-9_.]{1,64}$/;
const controlCharacters = /[\u0000-\u001f\u007f]/;
const idMax = 128;

function readRow(row: unknown, instantOf: InstantReader): UsageRow | undefined {
  if (!isPlainObject(row)) return undefined;
  for (const name of Object.keys(row)) if (!names.has(name)) return undefined;
  const { tenantId, meter, id, meta } = row;
  if (!isId(tenantId) || (id !== undefined && !isId(id))) return undefined;
  if (typeof meter !== 'string' || !meterPattern.test(meter)) return undefined;
  if (typeof row['windowStart'] !== 'string' || typeof row['windowEnd'] !== 'string') return undefined;
  const quantity = readQuantity(row['quantity']);
  const windowStart = instantOf(row['windowStart']);
  const windowEnd = instantOf(row['windowEnd']);
  if (quantity === undefined || windowStart === undefined || windowEnd === undefined) return undefined;
  if (!isWindow({ windowStart, windowEnd }) || (meta !== undefined && !isMeta(meta))) return undefined;
  return { tenantId, meter, quantity, windowStart, windowEnd, id, meta };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && isOfLength(value, 1, idMax) && !controlCharacters.test(value);
}

function isMeta(meta: unknown): meta is Meta {
  return isPlainObject(meta) && new TextEncoder().encode(JSON.stringify(meta)).length <= metaBytesMax;
}

const instantsRememberedMax = 64;

/** Rows of one request mostly share their windows, and write them in one plain form. */
function createInstantReader(): InstantReader {
  const read = new Map<string, EpochMs | undefined>();
  return (text) => {
    if (read.has(text)) return read.get(text);
    const epochMs = plainInstant(text) ?? parseInstant(text);
    if (read.size < instantsRememberedMax) read.set(text, epochMs);
    return epochMs;
  };
}

const plainLength = 'YYYY-MM-DDThh:mm:ssZ'.length;
const plainPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The most common form, read by place. Days past the 28th are left to the calendar. */
function plainInstant(text: string): EpochMs | undefined {
  if (text.length !== plainLength || !plainPattern.test(text)) return undefined;
  const [month, day, hour, minute, second] = [two(text, 5), two(text, 8), two(text, 11), two(text, 14), two(text, 17)];
  if (month < 1 || month > 12 || day < 1 || day > 28 || hour > 23 || minute > 59 || second > 59) return undefined;
  const days = daysSinceEpoch(two(text, 0) * 100 + two(text, 2), month, day);
  return days * dayMs + hour * hourMs + minute * minuteMs + second * secondMs;
}

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - 0x30) * 10 + text.charCodeAt(at + 1) - 0x30;
}

// The civil calendar in eras of 400 years that begin with March, as described by Howard Hinnant.
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
