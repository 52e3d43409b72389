import type { ReactNode } from 'react';
import { allColumns } from '../../../../../components/deliveries/delivery-columns.tsx';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { FailedPart } from '../../../../../components/failed-part.tsx';
import { DataTable } from '../../../../../components/table/data-table.tsx';
import type { Column } from '../../../../../components/table/data-table.tsx';
import { Pager } from '../../../../../components/table/pager.tsx';
import { TableSkeleton } from '../../../../../components/table/table-skeleton.tsx';
import { formatCapped } from '../../../../../format/numbers.ts';
import { changeParams, listHref } from '../../../../../lists/list-href.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import type { Preferences } from '../../../../../preferences/preferences.ts';
import { hasFilters } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveriesQuery } from '../../../../../services/provider/deliveries-query.ts';
import type { DeliveryRow } from '../../../../../services/provider/delivery-row.ts';
import type { Page } from '../../../../../services/provider/list-page.ts';
import { DeliveryBulk } from './delivery-bulk.tsx';
import { rowHref } from './row-href.ts';

interface DeliveryTableProps {
  readonly query: DeliveriesQuery;
  readonly params: URLSearchParams;
  readonly columns: readonly Column<DeliveryRow>[];
  readonly preferences: Preferences;
  readonly openId: string | undefined;
  readonly list: Page<DeliveryRow>;
  readonly rowMenu: (row: DeliveryRow) => ReactNode;
  /** What names a row. */
  readonly label: (row: DeliveryRow) => string;
}

/** Every column that the log has, sorted as the query is. */
export function deliveryColumns(
  query: DeliveriesQuery,
  params: URLSearchParams,
  preferences: Preferences,
  now: number,
) {
  const sort = query.direction === 'asc' ? undefined : 'receivedAt';
  return allColumns({
    zone: query.zone,
    preferences,
    now,
    sort: { direction: query.direction, href: listHref(paths.deliveryLog, changeParams(params, { sort })) },
  });
}

export function DeliveryTable(props: DeliveryTableProps) {
  const { query, params, columns, preferences, openId, list, rowMenu, label } = props;
  const change = (changes: Readonly<Record<string, string | undefined>>) =>
    listHref(paths.deliveryLog, changeParams(params, changes));
  const { caption } = messages.deliveries;
  if (list.failed) return <FailedPart label={caption} failed={list.failed} skeleton={<TableSkeleton />} />;
  return (
    <div className="card">
      <p role="status" className="sr-only">
        {messages.deliveries.found(formatCapped(list.count))}
      </p>
      {list.rows.length === 0 ? (
        <NoRows isFiltered={hasFilters(query)} />
      ) : (
        <>
          <DataTable
            caption={caption}
            columns={columns}
            rows={list.rows}
            rowId={({ id }) => id}
            label={label}
            place={{
              path: paths.deliveryLog,
              params: params.toString(),
              page: rowHref(query, params, undefined),
              zone: query.zone,
            }}
            openId={openId}
            preferences={preferences}
            bar={<DeliveryBulk total={list.count.value} isCapped={list.count.isCapped} />}
            rowMenu={rowMenu}
          />
          <Pager
            shown={list.rows.length}
            offset={list.offset}
            count={list.count}
            size={query.size}
            sizeHref={(size) => change({ size: size === 50 ? undefined : String(size) })}
            previous={list.previous === undefined ? undefined : change({ before: list.previous })}
            next={list.next === undefined ? undefined : change({ after: list.next })}
          />
        </>
      )}
    </div>
  );
}

function NoRows({ isFiltered }: { readonly isFiltered: boolean }) {
  if (!isFiltered) {
    const action = { href: paths.federation, label: messages.lists.openKeys };
    return <EmptyState title={messages.deliveries.empty} text={messages.deliveries.emptyText} action={action} />;
  }
  const action = { href: paths.deliveryLog, label: messages.lists.clear };
  return <EmptyState title={messages.deliveries.noMatch} text={messages.lists.noMatchText} action={action} />;
}
