import type { Metadata } from 'next';
import { forbidden } from 'next/navigation';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { wordFilter } from '../../../../../components/list/list-filters.ts';
import { StatusBadge } from '../../../../../components/status-badge.tsx';
import { running } from '../../../../../messages/en-running.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { paths } from '../../../../../paths.ts';
import { listRunningSettings } from '../../../../../services/provider/running-settings.service.ts';
import type { RunningSetting } from '../../../../../services/provider/running-settings.service.ts';
import { readAsked } from '../asked.ts';
import { SettingsFrame } from '../frame.tsx';
import { ShortFilter, ShortList } from '../short-list.tsx';
import type { SimpleColumn } from '../simple-table.tsx';

export const metadata: Metadata = { title: settings.tabs.flags };

export default async function FlagsPage({ searchParams }: PageProps<'/provider/settings/flags'>) {
  const staff = await requireAccess('settings');
  if (!can(staff, 'settings', 'flags') && !can(staff, 'settings', 'flags-read')) forbidden();
  const asked = readAsked(await searchParams, ['flags'], { state: states });
  const isOn = asked.filters.get('state');
  const shared = { path: paths.settingsFlags, asked };
  const rows = listRunningSettings(staff).filter((row) => isOn === null || row.isOn === (isOn === 'on'));
  const { on, off } = running;
  const selected = states.filter((state) => state === isOn);
  return (
    <SettingsFrame staff={staff} tab="flags">
      <p className="max-w-[90ch] text-fg-2">{running.why}</p>
      <ShortFilter {...shared} lists={[wordFilter('state', running.columns.state, states, { on, off }, selected)]} />
      <ShortList
        {...shared}
        name="flags"
        caption={running.caption}
        columns={columns}
        rows={rows}
        rowId={({ id }) => id}
        label={({ id }) => running.settings[id].name}
        empty={{ title: settings.noMatch, text: settings.noMatchText }}
      />
    </SettingsFrame>
  );
}

const states = ['on', 'off'] as const;

const columns: readonly SimpleColumn<RunningSetting>[] = [
  {
    id: 'name',
    head: running.columns.name,
    cell: ({ id }) => <span className="font-medium">{running.settings[id].name}</span>,
    text: ({ id }) => running.settings[id].name,
  },
  {
    id: 'state',
    head: running.columns.state,
    cell: ({ isOn }) => <StatusBadge tone={isOn ? 'ok' : 'plain'} label={isOn ? running.on : running.off} />,
    text: ({ isOn }) => (isOn ? running.on : running.off),
  },
  {
    id: 'meaning',
    head: running.columns.meaning,
    cell: meaningOf,
    text: meaningOf,
  },
  {
    id: 'variable',
    head: running.columns.variable,
    sorted: 'ascending',
    cell: ({ variable }) => <code className="font-mono text-code text-fg-2">{variable}</code>,
    text: ({ variable }) => variable,
  },
];

function meaningOf({ id, isOn }: RunningSetting): string {
  return running.settings[id][isOn ? 'on' : 'off'];
}
