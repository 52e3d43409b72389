import 'server-only';
import type { EpochMs } from '#domain/instants';
import { can } from '../auth/access.ts';
import type { PageId } from '../auth/access.ts';
import { currentStaff } from '../auth/current-staff.ts';
import type { Staff } from '../auth/session.ts';
import { isFreshlyProven } from '../auth/step-up.ts';
import { formatCapped, nothing } from '../format/numbers.ts';
import type { ListDefinition } from '../lists/define-list.ts';
import type { RawParams } from '../lists/url-grammar.ts';
import { dayOf, writeDay } from '../lists/zones.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { database } from '../server/database.ts';
import { now } from '../server/now.ts';
import type { Count } from '../services/provider/list-page.ts';
import { countUpTo } from '../services/provider/list-source.ts';
import type { rowsSql } from '../services/provider/list-source.ts';
import { copySql } from './copy-sql.ts';
import type { CsvColumn } from './copy-sql.ts';
import { mayExport, openExport } from './open-export.ts';

interface FileOf {
  readonly page: PageId;
  /** Of the file, and of what the audit says was exported. */
  readonly name: string;
  readonly columns: readonly CsvColumn[];
}

interface ExportOf<F> extends FileOf {
  readonly list: ListDefinition<F>;
  /** What the member may see of the list. */
  readonly source: (staff: Staff) => Parameters<typeof rowsSql<F>>[0];
}

/** What a file has, as the URL asks for it. */
interface Asked {
  /** The filters, for the audit. */
  readonly params: string;
  readonly zone: string;
  readonly sql: (columns: readonly CsvColumn[]) => string;
  readonly count: () => Promise<Count | undefined>;
}

/** More rows than this are given to whoever has just proven who they are. */
const proofBound = { rows: 100_000, timeoutMs: 3_000 };
const retryS = 60;

/** What the dialog of an export asks before it offers the file. */
export interface ExportOffer {
  readonly columns: readonly string[];
  /** As it is printed. */
  readonly rows: string;
  /** Whether the member has to prove again who they are, for so many rows. */
  readonly mustProve: boolean;
  /** Whether the member has no other file to wait for. */
  readonly isFree: boolean;
}

/** A list as a file: the filters of its URL, all rows. */
export function exportRoute<F>({ list, source, ...file }: ExportOf<F>) {
  return fileRoute(file, (staff, params, told) => {
    const query = list.parse(params, told);
    return {
      params: query.params,
      zone: query.zone,
      sql: (columns) => copySql(source(staff), query, columns),
      count: () => countUpTo(database().pool, source(staff), query, proofBound),
    };
  });
}

/** The same for what is no list of one table. */
export function fileRoute(
  { page, name, columns }: FileOf,
  read: (staff: Staff, params: RawParams, told: { readonly zone: string; readonly now: EpochMs }) => Asked,
) {
  return async (request: Request): Promise<Response> => {
    const staff = await currentStaff();
    if (!staff) return new Response(null, { status: 401 });
    if (!can(staff, page)) return new Response(null, { status: 403 });
    const at = now();
    const { zone } = await readPreferences();
    const { searchParams } = new URL(request.url);
    const asked = read(staff, Object.fromEntries(searchParams), { zone, now: at });
    if (searchParams.has('offer')) return Response.json(await offerOf(columns, staff, asked), noStore);
    // Counted only of whoever would have to prove something.
    if (!isFreshlyProven(staff, at) && (await offerOf(columns, staff, asked)).mustProve)
      return Response.json({ refusal: 'step_up' }, { ...noStore, status: 403 });
    const chosen = chosenOf(columns, searchParams.get('columns'));
    const result = await openExport({
      staff,
      name,
      sql: asked.sql(chosen),
      zone: asked.zone,
      hasMark: searchParams.get('bom') === '1',
      about: { filters: asked.params, columns: chosen.map((column) => column.name), zone: asked.zone },
      signal: request.signal,
    });
    if (typeof result === 'string')
      return new Response(null, { status: 429, headers: { 'retry-after': String(retryS) } });
    return new Response(result, {
      headers: {
        ...noStore.headers,
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${name}-${writeDay(dayOf(at, asked.zone))}.csv"`,
        'x-accel-buffering': 'no',
      },
    });
  };
}

const noStore = { headers: { 'cache-control': 'no-store' } } as const;

async function offerOf(columns: readonly CsvColumn[], staff: Staff, asked: Asked): Promise<ExportOffer> {
  const count = await asked.count();
  const isLarge = count === undefined || count.isCapped;
  return {
    columns: columns.map(({ name }) => name),
    rows: count ? formatCapped(count) : nothing,
    mustProve: isLarge && !isFreshlyProven(staff, now()),
    isFree: mayExport(staff),
  };
}

/** Those that were asked for and exist, in the file's own order; all where none was. */
function chosenOf(columns: readonly CsvColumn[], asked: string | null): readonly CsvColumn[] {
  const names = (asked ?? '').split(',');
  const chosen = columns.filter((column) => names.includes(column.name));
  return chosen.length > 0 ? chosen : columns;
}
