import { shortColumns } from '../../../../components/deliveries/delivery-columns.tsx';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { DataTable } from '../../../../components/table/data-table.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import type { DeliveryRow } from '../../../../services/provider/delivery-row.ts';

interface LatestDeliveriesProps {
  readonly rows: readonly DeliveryRow[];
  readonly preferences: Preferences;
  readonly at: number;
}

export function LatestDeliveries({ rows, preferences: { zone, density }, at }: LatestDeliveriesProps) {
  if (rows.length === 0) {
    const action = { href: paths.federation, label: messages.lists.openKeys };
    return <EmptyState title={messages.dashboard.emptyTitle} text={messages.dashboard.emptyText} action={action} />;
  }
  const columns = shortColumns({
    zone,
    now: at,
    params: new URLSearchParams(),
    rowHref: ({ id }) => listHref(paths.deliveryLog, new URLSearchParams({ row: id })),
    sort: undefined,
  });
  return (
    <DataTable
      caption={messages.deliveries.caption}
      columns={columns}
      rows={rows}
      rowId={({ id }) => id}
      openId={undefined}
      density={density}
    />
  );
}
