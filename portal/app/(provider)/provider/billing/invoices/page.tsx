import type { Metadata } from 'next';
import { streams } from '#domain/billing/streams';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { billing, invoices } from '../../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';
import { paths } from '../../../../../paths.ts';
import { getInvoice } from '../../../../../services/provider/billing-invoice-detail.ts';
import { listInvoices } from '../../../../../services/provider/billing-invoices.ts';
import { invoicesList, invoiceSources, invoiceStatuses } from '../../../../../services/provider/billing-lists.ts';
import { listCurrencies, summarizeBilling } from '../../../../../services/provider/billing.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { billingKpis } from '../kpis.ts';
import { BillingTabs } from '../tabs.tsx';
import { InvoiceBadge, invoiceColumns, invoiceName } from './columns.tsx';
import { InvoiceMenu } from './invoice-menu.tsx';
import { menuInvoice } from './menu-invoice.ts';
import { InvoicePanel } from './panel.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: invoices.title };

export default async function Invoices({ searchParams }: PageProps<'/provider/billing/invoices'>) {
  const staff = await requireAccess('billing');
  const view = await readView(invoicesList, paths.invoices, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen, statuses, streams: chosenStreams, sources, currencies } = query.filters;
  const [list, detail, orgs, known, kpis] = await Promise.all([
    triedPage(listInvoices(staff, query)),
    openId === undefined ? undefined : tried(getInvoice(staff, openId)),
    namesOfOrgs(staff, 'billing', chosen),
    offered(listCurrencies(staff)),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  const { columns } = invoices;
  return (
    <ListPage
      copy={invoices}
      view={view}
      sortKey={invoicesList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="invoices" />}
      search={q}
      filters={[
        wordFilter('status', columns.status, invoiceStatuses, invoices.statuses, statuses),
        wordFilter('stream', columns.streams, streams, billing.streams, chosenStreams),
        orgFilter(orgs, chosen),
        valueFilter('currency', billing.currency, known, currencies),
        wordFilter('source', columns.source, invoiceSources, invoices.sources, sources),
      ]}
      columns={invoiceColumns}
      rowMenu={(invoice) => <InvoiceMenu invoice={menuInvoice(invoice)} />}
      bulk={{ label: invoiceName }}
      exportPath={paths.invoicesExport}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={invoiceName}
          actions={(invoice) => <InvoiceMenu invoice={menuInvoice(invoice)} />}
          title={(invoice) => (
            <>
              <bdi className="truncate">{invoiceName(invoice)}</bdi>
              <InvoiceBadge invoice={invoice} />
            </>
          )}
        >
          {(invoice) => <InvoicePanel invoice={invoice} zone={query.zone} />}
        </ListPanel>
      }
    />
  );
}
