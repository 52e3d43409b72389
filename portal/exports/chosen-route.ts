import 'server-only';
import { z } from 'zod';
import { Picked, pickedMax } from '../actions/picked.ts';
import { can } from '../auth/access.ts';
import { currentStaff } from '../auth/current-staff.ts';
import { isSameOrigin } from '../auth/same-origin.ts';
import { dayOf, writeDay } from '../lists/zones.ts';
import { readPreferences } from '../preferences/read-preferences.ts';
import { environment } from '../server/environment.ts';
import { now } from '../server/now.ts';
import { copyChosenSql, copySql } from './copy-sql.ts';
import { fileResponse, ExportId } from './export-route.ts';
import type { ExportOf } from './export-route.ts';
import { openExport } from './open-export.ts';

const Asked = z.strictObject({ picked: Picked, id: ExportId });
/** How many of the ids the audit names. */
const namedMax = 100;

/**
 * The rows of a list that a member chose, as a file: by their ids, or all that match, as many as can be chosen. These are never so many that they
 * ask for a proof.
 */
export function chosenRoute<F>({ page, name, list, source, columns }: ExportOf<F>) {
  return async (request: Request): Promise<Response> => {
    const staff = await currentStaff();
    if (!staff) return new Response(null, { status: 401 });
    if (!can(staff, page) || !isSameOrigin(request.headers, environment().APP_ORIGIN))
      return new Response(null, { status: 403 });
    const asked = Asked.safeParse(await request.json().catch(() => undefined));
    if (!asked.success) return new Response(null, { status: 400 });
    const { picked, id } = asked.data;
    const { zone } = await readPreferences();
    const told = { zone, now: now() };
    const params = picked.kind === 'matching' ? picked.params : '';
    const query = list.parse(Object.fromEntries(new URLSearchParams(params)), told);
    const result = await openExport({
      staff,
      name,
      sql:
        picked.kind === 'matching'
          ? copySql(source(staff), query, columns, pickedMax)
          : copyChosenSql(source(staff), query.filters, picked.ids, columns),
      zone,
      hasMark: false,
      about: {
        id,
        zone,
        columns: columns.map((column) => column.name),
        ...(picked.kind === 'matching'
          ? { filters: query.params }
          : { chosen: picked.ids.length, ids: picked.ids.slice(0, namedMax) }),
      },
      signal: request.signal,
    });
    return fileResponse(result, `${name}-${writeDay(dayOf(told.now, zone))}.csv`);
  };
}
