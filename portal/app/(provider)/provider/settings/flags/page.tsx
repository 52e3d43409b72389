import type { Metadata } from 'next';
import { forbidden } from 'next/navigation';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card } from '../../../../../components/card.tsx';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { running } from '../../../../../messages/en-running.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { listRunningSettings } from '../../../../../services/provider/running-settings.service.ts';
import type { RunningSetting } from '../../../../../services/provider/running-settings.service.ts';
import { SettingsFrame } from '../frame.tsx';
import { SimpleTable } from '../simple-table.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

export const metadata: Metadata = { title: settings.tabs.flags };

export default async function FlagsPage() {
  const staff = await requireAccess('settings');
  if (!can(staff, 'settings', 'flags') && !can(staff, 'settings', 'flags-read')) forbidden();
  return (
    <SettingsFrame staff={staff} tab="flags">
      <p className="max-w-[90ch] text-fg-2">{running.why}</p>
      <Card title={running.caption}>
        <SimpleTable
          caption={running.caption}
          columns={columns}
          rows={listRunningSettings(staff)}
          rowId={({ id }) => id}
        />
      </Card>
    </SettingsFrame>
  );
}

const columns: readonly SimpleColumn<RunningSetting>[] = [
  {
    id: 'name',
    head: running.columns.name,
    cell: ({ id }) => <span className="font-medium">{running.settings[id].name}</span>,
  },
  {
    id: 'state',
    head: running.columns.state,
    cell: ({ isOn }) => <StatusBadge tone={isOn ? 'ok' : 'plain'} label={isOn ? running.on : running.off} />,
  },
  { id: 'meaning', head: running.columns.meaning, cell: ({ id, isOn }) => running.settings[id][isOn ? 'on' : 'off'] },
  {
    id: 'variable',
    head: running.columns.variable,
    sorted: 'ascending',
    cell: ({ variable }) => <code className="font-mono text-code text-fg-2">{variable}</code>,
  },
];
