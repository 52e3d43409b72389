import type { Metadata } from 'next';
import Link from 'next/link';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { tried } from '../../../../../server/tried.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { readExports, readKeptData } from '../../../../../services/provider/kept-data.service.ts';
import { readAsked, walkedPlace } from '../asked.ts';
import { SettingsFrame } from '../frame.tsx';
import { ShortFilter, ShortList } from '../short-list.tsx';
import { WalkedList } from '../walked-list.tsx';
import { exportColumns, keptColumns } from './columns.tsx';

const copy = settings.data;

export const metadata: Metadata = { title: settings.tabs.data };

export default async function DataPage({ searchParams }: PageProps<'/provider/settings/data'>) {
  const staff = await requireAccess('settings', 'data');
  const asked = readAsked(await searchParams, ['kept', 'exports']);
  const [kept, files, { zone }] = await Promise.all([
    tried(readKeptData(staff)),
    tried(readExports(staff, asked.q, walkedPlace(asked, 'exports'))),
    readPreferences(),
  ]);
  const shared = { path: paths.settingsData, asked };
  return (
    <SettingsFrame staff={staff} tab="data">
      <ShortFilter {...shared} />
      <ShortList
        {...shared}
        name="kept"
        caption={copy.retention}
        columns={keptColumns}
        rows={kept}
        rowId={({ kind }) => kind}
        label={({ kind }) => copy.kinds[kind]}
        empty={{ title: settings.noMatch, text: settings.noMatchText }}
      />
      <WalkedList
        {...shared}
        name="exports"
        caption={copy.exports}
        columns={exportColumns(zone)}
        page={files}
        label={({ list, actor }) => `${list}, ${actor}`}
        exportPath={paths.filesExport}
        empty={{ title: copy.noExports, text: copy.noExportsText }}
        aside={
          <Link
            href={`${paths.audit}?action=export.made`}
            prefetch={false}
            className="text-accent-text hover:underline"
          >
            {copy.openAudit}
          </Link>
        }
      />
    </SettingsFrame>
  );
}
