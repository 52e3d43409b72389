import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { Card } from '../../../../../components/card.tsx';
import { EmptyState } from '../../../../../components/empty-state.tsx';
import { settings } from '../../../../../messages/en-settings.ts';
import { readPreferences } from '../../../../../preferences/read-preferences.ts';
import { readCatalogue } from '../../../../../services/provider/catalogue.service.ts';
import { SettingsFrame } from '../frame.tsx';
import { SimpleTable } from '../simple-table.tsx';
import { meterColumns, planColumns, priceColumns } from './columns.tsx';

const copy = settings.plans;

export const metadata: Metadata = { title: settings.tabs.plans };

export default async function PlansPage() {
  const staff = await requireAccess('settings', 'plans');
  const [{ plans, meters, overrides, skus }, { zone }] = await Promise.all([readCatalogue(staff), readPreferences()]);
  return (
    <SettingsFrame staff={staff} tab="plans">
      <p className="text-fg-2">{copy.changed}</p>
      <Card title={copy.plans}>
        {plans.length === 0 ? (
          <EmptyState title={copy.noPlans} text={copy.noPlansText} />
        ) : (
          <SimpleTable caption={copy.plans} columns={planColumns(zone)} rows={plans} rowId={({ id }) => id} isTall />
        )}
      </Card>
      <Card title={copy.overrides}>
        {overrides.length === 0 ? (
          <EmptyState title={copy.noOverrides} text={copy.noOverridesText} />
        ) : (
          <SimpleTable
            caption={copy.overrides}
            columns={priceColumns(zone)}
            rows={overrides}
            rowId={({ holder, meter, from }) => `${holder} ${meter} ${from}`}
          />
        )}
      </Card>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <Card title={copy.meters}>
          {meters.length === 0 ? (
            <EmptyState title={copy.noMeters} text={copy.noMetersText} />
          ) : (
            <SimpleTable caption={copy.meters} columns={meterColumns} rows={meters} rowId={({ id }) => id} />
          )}
        </Card>
        <Card title={copy.skus}>
          {skus.length === 0 ? (
            <EmptyState title={copy.noSkus} text={copy.noSkusText} />
          ) : (
            <ul className="flex flex-wrap gap-1.5 px-4 pb-4">
              {skus.map((sku) => (
                <li
                  key={sku}
                  className="max-w-full truncate rounded-chip border border-line px-2 py-0.5 font-mono text-code"
                >
                  <bdi>{sku}</bdi>
                </li>
              ))}
            </ul>
          )}
        </Card>
      </div>
    </SettingsFrame>
  );
}
