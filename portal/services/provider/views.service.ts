import 'server-only';
import type pg from 'pg';
import { providerChain } from '#domain/ids';
import { appendAsStaff } from '#prisma/append-as-staff';
import { inTenants } from '#prisma/pool';
import { AccessDenied, can } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { uuid7 } from '../../auth/uuid7.ts';
import { refreshChoices, viewsMax } from '../../lists/list-layout.ts';
import type { ListLayout, RefreshS, SavedView } from '../../lists/list-layout.ts';
import { pageOfPath } from '../../provider-nav.ts';
import { database, framePool } from '../../server/database.ts';
import { now } from '../../server/now.ts';

interface StoredView {
  readonly id: string;
  readonly name: string;
  readonly is_shared: boolean;
  readonly is_own: boolean;
  readonly by: string;
  readonly params: string;
  readonly columns: string[];
}

/** With the columns and the pace that the member chose, on each line; one line without a view where there are none. */
type StoredLayout = (StoredView | { readonly id: null }) & {
  readonly shown: string[] | null;
  readonly refresh_s: number | null;
};

/** A list is named by its path; whoever may not open it has no views of it either. */
function assertList(staff: Staff, list: string) {
  const page = pageOfPath(list);
  if (!page || !can(staff, page)) throw new AccessDenied(page ?? 'dashboard', list);
}

export async function readLayout(staff: Staff, list: string): Promise<ListLayout> {
  assertList(staff, list);
  const { rows } = await framePool().query<StoredLayout>({
    name: 'layout',
    text: `select l.columns as shown, l.refresh_s, v.* from (values (true)) one
      left join staff_list l on l.staff_id = $1 and l.list = $2
      left join lateral (
        select v.id, v.name, v.is_shared, v.staff_id = $1 as is_own, m.name as by, v.params, v.columns
        from saved_view v join staff_member m on m.id = v.staff_id
        where v.list = $2 and (v.staff_id = $1 or v.is_shared) order by v.name, v.id limit ${2 * viewsMax}) v on true
      order by v.name, v.id`,
    values: [staff.id, list],
  });
  const [kept] = rows;
  return {
    columns: kept?.shown ?? [],
    refreshS: refreshChoices.find((one) => one === kept?.refresh_s) ?? 0,
    views: rows.flatMap((row) => (row.id === null ? [] : [viewOf(row)])),
  };
}

/** Keeps what is told of the layout; the rest stays as it is. */
export async function keepLayout(
  staff: Staff,
  list: string,
  told: { readonly columns?: readonly string[] | undefined; readonly refreshS?: RefreshS | undefined },
): Promise<void> {
  assertList(staff, list);
  await written(staff, 'list.layout_kept', list, told, (client) =>
    client.query(
      `insert into staff_list (staff_id, list, columns, refresh_s) values ($1, $2, coalesce($3::text[], '{}'), coalesce($4::int, 0))
        on conflict (staff_id, list) do update set columns = coalesce($3::text[], staff_list.columns), refresh_s = coalesce($4::int, staff_list.refresh_s)`,
      [staff.id, list, told.columns ?? null, told.refreshS ?? null],
    ),
  );
}

export type SaveOutcome = { readonly id: string } | 'too_many';

/** Saves a view; one of the same member, list and name is replaced. */
export async function saveView(
  staff: Staff,
  list: string,
  told: Pick<SavedView, 'name' | 'isShared' | 'params' | 'columns'>,
): Promise<SaveOutcome> {
  assertList(staff, list);
  return written(staff, 'view.saved', list, told, async (client): Promise<SaveOutcome> => {
    await client.query('select from staff_member where id = $1 for no key update', [staff.id]);
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::int as count from saved_view where staff_id = $1 and list = $2 and name <> $3',
      [staff.id, list, told.name],
    );
    if ((rows[0]?.count ?? 0) >= viewsMax) return 'too_many';
    const saved = await client.query<{ id: string }>(
      `insert into saved_view (id, staff_id, list, name, is_shared, params, columns) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (staff_id, list, name) do update set is_shared = excluded.is_shared, params = excluded.params, columns = excluded.columns,
          updated_at = now() returning id`,
      [uuid7(now()), staff.id, list, told.name, told.isShared, told.params, told.columns],
    );
    return { id: saved.rows[0]?.id ?? '' };
  });
}

/** Deletes a view of the member's own; false where it is not theirs, or gone. */
export async function deleteView(staff: Staff, list: string, id: string): Promise<boolean> {
  assertList(staff, list);
  return written(staff, 'view.deleted', list, { id }, async (client) => {
    const { rowCount } = await client.query('delete from saved_view where id = $1 and list = $2 and staff_id = $3', [
      id,
      list,
      staff.id,
    ]);
    return rowCount === 1;
  });
}

/** With its audit entry in the same transaction; of what changed nothing there is none. */
async function written<T>(
  staff: Staff,
  action: string,
  list: string,
  detail: Readonly<Record<string, unknown>>,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return inTenants(database().pool, [providerChain], async (client) => {
    const result = await work(client);
    if (result === false || result === 'too_many') return result;
    await appendAsStaff(client, staff.sessionId, [{ org_id: providerChain, action, subject: `list${list}`, detail }]);
    return result;
  });
}

function viewOf(stored: StoredView): SavedView {
  const { id, name, by, params, columns } = stored;
  return { id, name, isShared: stored.is_shared, isOwn: stored.is_own, by, params, columns };
}
