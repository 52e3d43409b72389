import 'server-only';
import { can } from '../auth/access.ts';
import type { PageId } from '../auth/access.ts';
import { currentStaff } from '../auth/current-staff.ts';
import type { Staff } from '../auth/session.ts';
import type { ListDefinition } from '../lists/define-list.ts';
import { dayOf, writeDay } from '../lists/zones.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { now } from '../server/now.ts';
import type { rowsSql } from '../services/provider/list-source.ts';
import { copySql } from './copy-sql.ts';
import type { CsvColumn } from './copy-sql.ts';
import { openExport } from './open-export.ts';

interface ExportOf<F> {
  readonly page: PageId;
  /** Of the file, and of what the audit says was exported. */
  readonly name: string;
  readonly list: ListDefinition<F>;
  /** What the member may see of the list. */
  readonly source: (staff: Staff) => Parameters<typeof rowsSql<F>>[0];
  readonly columns: readonly CsvColumn[];
}

/** A list as a file: the filters of its URL, all rows. */
export function exportRoute<F>({ page, name, list, source, columns }: ExportOf<F>) {
  return async (request: Request): Promise<Response> => {
    const staff = await currentStaff();
    if (!staff) return new Response(null, { status: 401 });
    if (!can(staff, page)) return new Response(null, { status: 403 });
    const at = now();
    const { zone } = await readPreferences();
    const { searchParams } = new URL(request.url);
    const query = list.parse(Object.fromEntries(searchParams), { zone, now: at });
    const body = await openExport({
      staff,
      name,
      sql: copySql(source(staff), query, columns),
      about: { filters: query.params, columns: columns.map((column) => column.name) },
      signal: request.signal,
    });
    if (!body) return new Response(null, { status: 429, headers: { 'retry-after': '60' } });
    return new Response(body, {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="${name}-${writeDay(dayOf(at, query.zone))}.csv"`,
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    });
  };
}
