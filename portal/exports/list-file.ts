import 'server-only';
import { z } from 'zod';
import type { EpochMs } from '#domain/instants';
import { Picked, pickedMax } from '../actions/picked.ts';
import { currentStaff } from '../auth/current-staff.ts';
import { isSameOrigin } from '../auth/same-origin.ts';
import type { Staff } from '../auth/session.ts';
import type { RawParams } from '../lists/url-grammar.ts';
import { dayOf, writeDay } from '../lists/zones.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { environment } from '../server/environment.ts';
import { now } from '../server/now.ts';
import { copyChosenSql, copySql } from './copy-sql.ts';
import { exportRoute, fileResponse, ExportId, mayHave } from './export-route.ts';
import type { ExportOf, FileOf } from './export-route.ts';
import { openExport } from './open-export.ts';

const Asked = z.strictObject({ picked: Picked, id: ExportId });
/** How many of the ids the audit names. */
const namedMax = 100;

/** A list's files: all that its filters mean, and what a member chose of it. */
export function listFile<F>(file: ExportOf<F>) {
  const { list, source, columns } = file;
  const read = (params: RawParams, told: Told) => list.parse(params, told);
  return {
    GET: exportRoute(file),
    POST: chosenRoute(file, {
      ofIds: (ids, { staff, params, told }) =>
        copyChosenSql(source(staff, params), read({}, told).filters, ids, columns),
      ofMatching: (filters, { staff, params, told }) => {
        const query = read(filters, told);
        return { sql: copySql(source(staff, params), query, columns, pickedMax), params: query.params };
      },
    }),
  };
}

interface Told {
  readonly zone: string;
  readonly now: EpochMs;
}

interface Context {
  readonly staff: Staff;
  /** Of the file's address. */
  readonly params: RawParams;
  readonly told: Told;
}

/** What of a list can be chosen, as SQL. */
interface Chosen {
  readonly ofIds: (ids: readonly string[], context: Context) => string;
  /** All that match, as many as can be chosen, and the filters as the audit keeps them. */
  readonly ofMatching: (filters: RawParams, context: Context) => { readonly sql: string; readonly params: string };
}

/**
 * The rows of a list that a member chose, as a file: by their ids, or all that match, as many as can be chosen. These are never so many that they
 * ask for a proof.
 */
export function chosenRoute(file: FileOf, chosen: Chosen) {
  const { name, columns } = file;
  return async (request: Request): Promise<Response> => {
    const staff = await currentStaff();
    if (!staff) return new Response(null, { status: 401 });
    if (!mayHave(staff, file) || !isSameOrigin(request.headers, environment().APP_ORIGIN))
      return new Response(null, { status: 403 });
    const asked = Asked.safeParse(await request.json().catch(() => undefined));
    if (!asked.success) return new Response(null, { status: 400 });
    const { picked, id } = asked.data;
    const { zone } = await readPreferences();
    const told = { zone, now: now() };
    const params = Object.fromEntries(new URL(request.url).searchParams);
    const { sql, about } = pickedSql(chosen, picked, { staff, params, told });
    const result = await openExport({
      staff,
      name,
      sql,
      zone,
      hasMark: false,
      about: { id, zone, columns: columns.map((column) => column.name), ...about },
      signal: request.signal,
    });
    return fileResponse(result, `${name}-${writeDay(dayOf(told.now, zone))}.csv`);
  };
}

function pickedSql({ ofIds, ofMatching }: Chosen, picked: Picked, context: Context) {
  if (picked.kind === 'ids') {
    const { ids } = picked;
    return { sql: ofIds(ids, context), about: { chosen: ids.length, ids: ids.slice(0, namedMax) } };
  }
  const { sql, params } = ofMatching(Object.fromEntries(new URLSearchParams(picked.params)), context);
  return { sql, about: { filters: params } };
}
