import type { Metadata } from 'next';
import { can } from '../../../../auth/access.ts';
import { requireAccess } from '../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../components/card.tsx';
import { figures } from '../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../components/list/list-filters.ts';
import { OpenKeys } from '../../../../components/list/open-keys.tsx';
import { ListPage } from '../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../components/list/list-panel.tsx';
import { readView } from '../../../../components/list/list-view.ts';
import { part } from '../../../../components/part.tsx';
import { SectionBoundary } from '../../../../components/section-error.tsx';
import { addons } from '../../../../messages/en-addons.ts';
import { addonMetrics } from '../../../../metrics/revenue.ts';
import { paths } from '../../../../paths.ts';
import { addonsList, purchaseStatuses } from '../../../../services/provider/addons-list.ts';
import {
  getPurchase,
  listPurchases,
  listSkus,
  summarizePurchases,
} from '../../../../services/provider/addons.service.ts';
import { readAddonsBySku } from '../../../../services/provider/list-charts.service.ts';
import type { PurchaseRow } from '../../../../services/provider/addons.service.ts';
import { namesOfOrgs } from '../../../../services/provider/orgs.service.ts';
import { AddonsChart } from './chart.tsx';
import { netOf, PurchaseBadge, purchaseColumns } from './columns.tsx';
import { addonKpis } from './kpis.ts';
import { PurchasePanel } from './panel.tsx';
import { PurchaseMenu } from './purchase-menu.tsx';
import type { MenuPurchase } from './purchase-menu.tsx';
import { offered, tried } from '../../../../server/tried.ts';
import { triedPage } from '../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: addons.title };

export default async function Addons({ searchParams }: PageProps<'/provider/addons'>) {
  const staff = await requireAccess('addons');
  const view = await readView(addonsList, paths.addons, searchParams, '30d');
  const { query, openId, window } = view;
  const [list, detail, orgs, skus, chart, kpis] = await Promise.all([
    triedPage(listPurchases(staff, query)),
    openId === undefined ? undefined : tried(getPurchase(staff, openId)),
    namesOfOrgs(staff, 'addons', query.filters.orgs),
    offered(listSkus(staff)),
    part(readAddonsBySku(staff, query.filters.orgs, view.at), <CardSkeleton />, (told) => <AddonsChart told={told} />),
    figures(summarizePurchases(staff, query, window), addonMetrics, (summary) => addonKpis(view, summary)),
  ]);
  const { filters } = query;
  const { columns } = addons;
  const rights = { mayRefund: can(staff, 'addons', 'refund'), mayBill: can(staff, 'billing') };
  const menu = (row: PurchaseRow) => ({ purchase: menuPurchase(row), ...rights });
  return (
    <ListPage
      copy={addons}
      view={view}
      sortKey={addonsList.sortKey}
      list={list}
      kpis={kpis}
      search={filters.q}
      filters={[
        wordFilter('status', columns.status, purchaseStatuses, addons.statuses, filters.statuses),
        valueFilter('sku', columns.sku, skus, filters.skus),
        orgFilter(orgs, filters.orgs),
      ]}
      texts={{
        label: columns.amount,
        fields: [
          { name: 'min', label: addons.amountFrom, value: filters.min },
          { name: 'max', label: addons.amountTo, value: filters.max },
        ],
      }}
      columns={purchaseColumns}
      rowMenu={(row) => <PurchaseMenu {...menu(row)} />}
      bulk={{ label: ({ id }) => id }}
      exportPath={paths.addonsExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={(row) => row.id}
          title={(row) => <Title row={row} />}
          actions={(row) => <PurchaseMenu {...menu(row)} />}
        >
          {(row) => <PurchasePanel purchase={row} zone={query.zone} links={view.links} />}
        </ListPanel>
      }
    >
      <SectionBoundary label={addons.title}>{chart}</SectionBoundary>
    </ListPage>
  );
}

function menuPurchase(row: PurchaseRow): MenuPurchase {
  const { key, id, org, currency = '', version } = row;
  return { key: key.id, id, orgId: org.id, leftMinor: netOf(row)?.toString(), currency, version };
}

function Title({ row }: { readonly row: PurchaseRow }) {
  return (
    <>
      <bdi className="truncate">{row.id}</bdi>
      <PurchaseBadge status={row.status} />
    </>
  );
}
