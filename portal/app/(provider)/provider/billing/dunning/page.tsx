import type { Metadata } from 'next';
import { can } from '../../../../../auth/access.ts';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../../components/card.tsx';
import { part } from '../../../../../components/part.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import type { Staff } from '../../../../../auth/session.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { billing } from '../../../../../messages/en-billing.ts';
import { dunning } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';
import { paths } from '../../../../../paths.ts';
import { getInvoice } from '../../../../../services/provider/billing-invoice-detail.ts';
import { getOverdue, listOverdue, summarizeBuckets } from '../../../../../services/provider/billing-dunning.ts';
import { dunningList, dunningStates, overdueBucketNames } from '../../../../../services/provider/billing-lists.ts';
import { listCurrencies, summarizeBilling } from '../../../../../services/provider/billing.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { invoiceName } from '../invoices/columns.tsx';
import { DunningBulk } from './dunning-bulk.tsx';
import { InvoiceMenu } from '../invoices/invoice-menu.tsx';
import { menuOverdue } from '../invoices/menu-invoice.ts';
import { billingKpis } from '../kpis.ts';
import { BillingTabs } from '../tabs.tsx';
import { Buckets } from './buckets.tsx';
import { DunningBadge, dunningColumns } from './columns.tsx';
import { OverduePanel } from './panel.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: dunning.title };

export default async function Dunning({ searchParams }: PageProps<'/provider/billing/dunning'>) {
  const staff = await requireAccess('billing');
  const view = await readView(dunningList, paths.dunning, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen, buckets: chosenBuckets, states, currencies } = query.filters;
  const [list, detail, buckets, orgs, known, kpis] = await Promise.all([
    triedPage(listOverdue(staff, query)),
    openId === undefined ? undefined : tried(openOverdue(staff, openId)),
    part(summarizeBuckets(staff, query), <CardSkeleton />, (told) => <Buckets view={view} buckets={told} />),
    namesOfOrgs(staff, 'billing', chosen),
    offered(listCurrencies(staff)),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  return (
    <ListPage
      copy={dunning}
      view={view}
      sortKey={dunningList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="dunning" />}
      search={q}
      filters={[
        wordFilter('bucket', dunning.bucket, overdueBucketNames, dunning.buckets, chosenBuckets),
        wordFilter('state', dunning.columns.state, dunningStates, dunning.states, states),
        orgFilter(orgs, chosen),
        valueFilter('currency', billing.currency, known, currencies),
      ]}
      columns={dunningColumns}
      rowMenu={(row) => <InvoiceMenu invoice={menuOverdue(row)} />}
      bulk={{
        label: invoiceName,
        version: ({ version }) => version,
        actions: can(staff, 'billing', 'write') && <DunningBulk />,
      }}
      exportPath={paths.dunningExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={invoiceName}
          actions={(row) => <InvoiceMenu invoice={menuOverdue(row)} />}
          title={(row) => (
            <>
              <bdi className="truncate">{invoiceName(row)}</bdi>
              <DunningBadge row={row} />
            </>
          )}
        >
          {(row) => <OverduePanel row={row} zone={query.zone} />}
        </ListPanel>
      }
    >
      <SectionBoundary label={dunning.bucketsLabel}>{buckets}</SectionBoundary>
    </ListPage>
  );
}

/** How its collection stands, with the invoice itself. */
async function openOverdue(staff: Staff, id: string) {
  const [row, invoice] = await Promise.all([getOverdue(staff, id), getInvoice(staff, id)]);
  return row && { ...row, invoice };
}
