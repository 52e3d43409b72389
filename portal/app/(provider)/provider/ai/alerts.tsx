import Link from 'next/link';
import { DataTable } from '../../../../components/table/data-table.tsx';
import { listHref } from '../../../../lists/list-href.ts';
import { ai } from '../../../../messages/en-ai.ts';
import { paths } from '../../../../paths.ts';
import type { Preferences } from '../../../../preferences/preferences.ts';
import type { AiAlertRow } from '../../../../services/provider/ai-alerts.service.ts';
import { newestColumns } from './alert-columns.tsx';
import { AlertMenu } from './alert-menu.tsx';
import { menuAlert } from './menu-alert.ts';

interface AlertsProps {
  readonly rows: readonly AiAlertRow[];
  readonly zone: string;
  readonly preferences: Preferences;
  /** Whether the member may change limits. */
  readonly mayLimit: boolean;
}

/** The newest alerts of the month. */
export function Alerts({ rows, zone, preferences, mayLimit }: AlertsProps) {
  if (rows.length === 0) return <p className="px-4 pb-4 text-fg-2">{ai.alertsEmpty}</p>;
  return (
    <DataTable
      caption={ai.alerts}
      columns={newestColumns({ zone, preferences })}
      rows={rows}
      rowId={({ key }) => key.id}
      label={({ org, level }) => ai.actions.menu(org.name, level)}
      place={{ path: paths.aiAlerts, params: '', page: paths.aiAlerts, zone }}
      openId={undefined}
      preferences={preferences}
      rowMenu={(row) => <AlertMenu mayLimit={mayLimit} alert={menuAlert(row)} />}
    />
  );
}

/** To all alerts of the month, of the same levels and organisations. */
export function AllAlerts({ alerts, orgs }: { readonly alerts: readonly string[]; readonly orgs: readonly string[] }) {
  const told = new URLSearchParams({ month: 'running' });
  if (alerts.length > 0) told.set('level', alerts.join(','));
  if (orgs.length > 0) told.set('org', orgs.join(','));
  return (
    <Link href={listHref(paths.aiAlerts, told)} prefetch={false} className="text-accent-text hover:underline">
      {ai.allAlerts}
    </Link>
  );
}
