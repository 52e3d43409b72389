import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { settings } from '../../../../../messages/en-settings.ts';
import { Failed, tried } from '../../../../../server/tried.ts';
import { paths } from '../../../../../paths.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { listOverrides, readCatalogue } from '../../../../../services/provider/catalogue.service.ts';
import type { CatalogueView } from '../../../../../services/provider/catalogue.service.ts';
import { readAsked, walkedPlace } from '../asked.ts';
import { SettingsFrame } from '../frame.tsx';
import { ShortFilter, ShortList } from '../short-list.tsx';
import type { SimpleColumn } from '../simple-table.tsx';
import { WalkedList } from '../walked-list.tsx';
import { meterColumns, planColumns, priceColumns } from './columns.tsx';

const copy = settings.plans;

export const metadata: Metadata = { title: settings.tabs.plans };

export default async function PlansPage({ searchParams }: PageProps<'/provider/settings/plans'>) {
  const staff = await requireAccess('settings', 'plans');
  const asked = readAsked(await searchParams, ['plans', 'prices', 'meters', 'skus']);
  const [catalogue, overrides, { zone }] = await Promise.all([
    tried(readCatalogue(staff)),
    tried(listOverrides(staff, asked.q, walkedPlace(asked, 'prices'))),
    readPreferences(),
  ]);
  const { plans, meters, skus } = listsOf(catalogue);
  const shared = { path: paths.settingsPlans, asked };
  return (
    <SettingsFrame staff={staff} tab="plans">
      <p className="text-fg-2">{copy.changed}</p>
      <ShortFilter {...shared} />
      <ShortList
        {...shared}
        name="plans"
        caption={copy.plans}
        columns={planColumns(zone)}
        rows={plans}
        rowId={({ id }) => id}
        label={({ name }) => name}
        isTall
        empty={{ title: copy.noPlans, text: copy.noPlansText }}
      />
      <WalkedList
        {...shared}
        name="prices"
        caption={copy.overrides}
        columns={priceColumns(zone)}
        page={overrides}
        label={({ holderName, meter }) => `${holderName}, ${meter}`}
        exportPath={paths.pricesExport}
        empty={{ title: copy.noOverrides, text: copy.noOverridesText }}
      />
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <ShortList
          {...shared}
          name="meters"
          caption={copy.meters}
          columns={meterColumns}
          rows={meters}
          rowId={({ id }) => id}
          label={({ id }) => id}
          empty={{ title: copy.noMeters, text: copy.noMetersText }}
        />
        <ShortList
          {...shared}
          name="skus"
          caption={copy.skus}
          columns={skuColumns}
          rows={skus}
          rowId={(sku) => sku}
          label={(sku) => sku}
          empty={{ title: copy.noSkus, text: copy.noSkusText }}
        />
      </div>
    </SettingsFrame>
  );
}

/** Read together, so that they fail together. */
function listsOf(catalogue: CatalogueView | Failed) {
  return catalogue instanceof Failed ? { plans: catalogue, meters: catalogue, skus: catalogue } : catalogue;
}

const skuColumns: readonly SimpleColumn<string>[] = [
  {
    id: 'sku',
    head: copy.columns.sku,
    sorted: 'ascending',
    cell: (sku) => (
      <code className="font-mono text-code">
        <bdi>{sku}</bdi>
      </code>
    ),
    text: (sku) => sku,
  },
];
