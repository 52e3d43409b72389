import { shortColumns } from '../../../../components/deliveries/delivery-columns.tsx';
import { EmptyState } from '../../../../components/empty-state.tsx';
import { DataTable } from '../../../../components/table/data-table.tsx';
import { messages } from '../../../../messages/en.ts';
import { paths } from '../../../../paths.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import type { DeliveryRow } from '../../../../services/provider/delivery-row.ts';

interface LatestDeliveriesProps {
  readonly rows: readonly DeliveryRow[];
  readonly preferences: Preferences;
  readonly at: number;
}

export function LatestDeliveries({ rows, preferences, at }: LatestDeliveriesProps) {
  if (rows.length === 0) {
    const action = { href: paths.federation, label: messages.lists.openKeys };
    return <EmptyState title={messages.dashboard.emptyTitle} text={messages.dashboard.emptyText} action={action} />;
  }
  const { zone } = preferences;
  return (
    <DataTable
      caption={messages.deliveries.caption}
      columns={shortColumns({ zone, preferences, now: at, sort: undefined })}
      rows={rows}
      rowId={({ id }) => id}
      label={({ id }) => id}
      place={{ path: paths.deliveryLog, params: '', page: paths.deliveryLog, zone }}
      openId={undefined}
      preferences={preferences}
    />
  );
}
