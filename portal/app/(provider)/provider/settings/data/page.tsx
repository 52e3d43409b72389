import type { Metadata } from 'next';
import Link from 'next/link';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card } from '../../../../../components/card.tsx';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { readExports, readKeptData } from '../../../../../services/provider/kept-data.service.ts';
import { SettingsFrame } from '../frame.tsx';
import { SimpleTable } from '../simple-table.tsx';
import { exportColumns, keptColumns } from './columns.tsx';

const copy = settings.data;

export const metadata: Metadata = { title: settings.tabs.data };

export default async function DataPage() {
  const staff = await requireAccess('settings', 'data');
  const [kept, files, { zone }] = await Promise.all([readKeptData(staff), readExports(staff), readPreferences()]);
  return (
    <SettingsFrame staff={staff} tab="data">
      <Card title={copy.retention}>
        <SimpleTable caption={copy.retention} columns={keptColumns} rows={kept} rowId={({ kind }) => kind} />
      </Card>
      <Card
        title={copy.exports}
        aside={
          <Link
            href={`${paths.audit}?action=export.made`}
            prefetch={false}
            className="text-accent-text hover:underline"
          >
            {copy.openAudit}
          </Link>
        }
      >
        {files.length === 0 ? (
          <EmptyState title={copy.noExports} text={copy.noExportsText} />
        ) : (
          <SimpleTable caption={copy.exports} columns={exportColumns(zone)} rows={files} rowId={({ id }) => id} />
        )}
      </Card>
    </SettingsFrame>
  );
}
