import 'server-only';
import { z } from 'zod';
import type { EpochMs } from '#domain/instants';
import { can } from '../auth/access.ts';
import type { PageId } from '../auth/access.ts';
import { currentStaff } from '../auth/current-staff.ts';
import type { Staff } from '../auth/session.ts';
import { isFreshlyProven } from '../auth/step-up.ts';
import { formatCapped, nothing } from '../format/numbers.ts';
import type { ListDefinition } from '../lists/define-list.ts';
import type { RawParams } from '../lists/url-grammar.ts';
import type { Span } from '../lists/windows.ts';
import { dayOf, writeDay } from '../lists/zones.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { database } from '../server/database.ts';
import { now } from '../server/now.ts';
import type { Count } from '../services/provider/list-page.ts';
import { countUpTo } from '../services/provider/list-source.ts';
import type { rowsSql } from '../services/provider/list-source.ts';
import { copySql } from './copy-sql.ts';
import type { CsvColumn } from './copy-sql.ts';
import type { MadeExport } from './made-entry.ts';
import { findMade } from './made-entry.ts';
import { metaColumns, readMetaKeys } from './meta-columns.ts';
import { mayExport, openExport } from './open-export.ts';

export interface FileOf {
  readonly page: PageId;
  /** Of the file, and of what the audit says was exported. */
  readonly name: string;
  readonly columns: readonly CsvColumn[];
  /** Who may have it, where that is not all who may open the page. */
  readonly allows?: (staff: Staff) => boolean;
  /** Whether its rows have what tenants told with them, in `meta`. */
  readonly hasMeta?: true;
}

export function mayHave(staff: Staff, { page, allows }: FileOf): boolean {
  return allows ? allows(staff) : can(staff, page);
}

export interface ExportOf<F> extends FileOf {
  readonly list: ListDefinition<F>;
  /** What the member may see of the list, which its address may be needed to name. */
  readonly source: (staff: Staff, params: RawParams) => Parameters<typeof rowsSql<F>>[0];
}

/** What a file has, as the URL asks for it. */
interface Asked {
  /** The filters, for the audit. */
  readonly params: string;
  readonly zone: string;
  /** The days that it is of, where it is not of all there is. */
  readonly span?: Span | undefined;
  readonly sql: (columns: readonly CsvColumn[]) => string;
  readonly count: () => Promise<Count | undefined>;
  readonly metaKeys?: () => Promise<readonly string[]>;
}

/** More rows than this are given to whoever has just proven who they are. */
const proofBound = { rows: 100_000, timeoutMs: 3_000 };
const retryS = 60;

/** What the dialog of an export asks before it offers the file. */
export interface ExportOffer {
  readonly columns: readonly string[];
  /** Keys of `meta` that can be columns too. */
  readonly metaKeys: readonly string[];
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
    const rows = source(staff, params);
    return {
      params: query.params,
      zone: query.zone,
      span: query.range?.window,
      sql: (columns) => copySql(rows, query, columns),
      count: () => countUpTo(rows, query, proofBound),
      ...(file.hasMeta && { metaKeys: () => readMetaKeys(database().pool, rows, query) }),
    };
  });
}

/** The same for what is no list of one table. */
export function fileRoute(
  file: FileOf,
  read: (staff: Staff, params: RawParams, told: { readonly zone: string; readonly now: EpochMs }) => Asked,
) {
  const { name, columns, hasMeta } = file;
  return async (request: Request): Promise<Response> => {
    const staff = await currentStaff();
    if (!staff) return new Response(null, { status: 401 });
    if (!mayHave(staff, file)) return new Response(null, { status: 403 });
    const at = now();
    const { zone } = await readPreferences();
    const { searchParams } = new URL(request.url);
    const made = searchParams.get('made');
    if (made !== null) return madeResponse(await findMade(staff, made));
    const asked = read(staff, Object.fromEntries(searchParams), { zone, now: at });
    if (searchParams.has('offer')) return Response.json(await offerOf(columns, staff, asked), noStore);
    // Counted only of whoever would have to prove something.
    if (!isFreshlyProven(staff, at) && (await offerOf(columns, staff, asked)).mustProve)
      return Response.json({ refusal: 'step_up' }, { ...noStore, status: 403 });
    const meta = hasMeta ? metaColumns(searchParams.getAll('meta')) : [];
    const chosen = [...chosenOf(columns, searchParams.get('columns')), ...meta];
    const id = ExportId.safeParse(searchParams.get('id')).data;
    const result = await openExport({
      staff,
      name,
      sql: asked.sql(chosen),
      zone: asked.zone,
      hasMark: searchParams.get('bom') === '1',
      about: {
        filters: asked.params,
        columns: chosen.map((column) => column.name),
        zone: asked.zone,
        ...(id && { id }),
      },
      signal: request.signal,
    });
    return fileResponse(result, `${name}-${daysOf(asked, at)}.csv`);
  };
}

/** The first and the last of its days, or the one on which it is made. */
function daysOf({ zone, span }: Asked, at: EpochMs): string {
  const day = (instant: EpochMs) => writeDay(dayOf(instant, zone));
  return span ? `${day(span.from)}_${day(span.to - 1)}` : day(at);
}

function madeResponse(made: MadeExport | undefined): Response {
  return made ? Response.json(made, noStore) : new Response(null, { ...noStore, status: 204 });
}

/** By which the dialog finds the export's entry in the audit. */
export const ExportId = z.uuid();

export function fileResponse(result: Awaited<ReturnType<typeof openExport>>, fileName: string): Response {
  if (typeof result === 'string')
    return new Response(null, { status: 429, headers: { 'retry-after': String(retryS) } });
  return new Response(result, {
    headers: {
      ...noStore.headers,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${fileName}"`,
      'x-accel-buffering': 'no',
    },
  });
}

const noStore = { headers: { 'cache-control': 'no-store' } } as const;

async function offerOf(columns: readonly CsvColumn[], staff: Staff, asked: Asked): Promise<ExportOffer> {
  const count = await asked.count();
  const isLarge = count === undefined || count.isCapped;
  return {
    columns: columns.map(({ name }) => name),
    metaKeys: (await asked.metaKeys?.()) ?? [],
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
