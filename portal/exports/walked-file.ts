import 'server-only';
import { pickedMax } from '../actions/picked.ts';
import type { Staff } from '../auth/session.ts';
import { inlineBind } from '../lists/bind.ts';
import type { RawParams } from '../lists/url-grammar.ts';
import { countWalked, walkedSql } from '../services/provider/walked-source.ts';
import { exportRowsMax, toldSql } from './copy-sql.ts';
import type { CsvColumn } from './copy-sql.ts';
import { fileRoute } from './export-route.ts';
import type { FileOf } from './export-route.ts';
import { chosenRoute } from './list-file.ts';

interface WalkedFile<F> extends FileOf {
  /** What the member may see of the list. */
  readonly source: (staff: Staff) => Parameters<typeof countWalked<F>>[0];
  readonly read: (params: RawParams) => { readonly filters: F; readonly params: string };
}

/** The files of a list that is walked by keys of its own: all that its filters mean, and what a member chose of it. */
export function walkedFile<F>({ source, read, ...file }: WalkedFile<F>) {
  const copy = (staff: Staff, filters: F | undefined, named: readonly string[] | undefined, told: Told) =>
    `copy (${walkedSql(source(staff), filters, named, inlineBind, { ...told, columns: toldSql(told.columns) })}) to stdout (format csv, header)`;
  return {
    GET: fileRoute(file, (staff, raw, { zone }) => {
      const { filters, params } = read(raw);
      return {
        params,
        zone,
        sql: (columns) => copy(staff, filters, undefined, { columns, rowsMax: exportRowsMax }),
        count: () => countWalked(source(staff), filters),
      };
    }),
    POST: chosenRoute(file, {
      ofIds: (ids, { staff }) => copy(staff, undefined, ids, { columns: file.columns, rowsMax: pickedMax }),
      ofMatching: (raw, { staff }) => {
        const { filters, params } = read(raw);
        return { sql: copy(staff, filters, undefined, { columns: file.columns, rowsMax: pickedMax }), params };
      },
    }),
  };
}

interface Told {
  readonly columns: readonly CsvColumn[];
  readonly rowsMax: number;
}
