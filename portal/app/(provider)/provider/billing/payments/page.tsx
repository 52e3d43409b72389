import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, valueFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { EmptyAction } from '../../../../../components/empty-state.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { formatMoney } from '../../../../../format/numbers.ts';
import { billing, payments } from '../../../../../messages/en-billing.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';
import { messages } from '../../../../../messages/en.ts';
import { paths } from '../../../../../paths.ts';
import { paymentKinds, paymentsList, paymentStatuses } from '../../../../../services/provider/billing-lists.ts';
import { getPayment, listPayments } from '../../../../../services/provider/billing-payments.ts';
import { listCurrencies, summarizeBilling } from '../../../../../services/provider/billing.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { billingKpis } from '../kpis.ts';
import { BillingTabs } from '../tabs.tsx';
import { PaymentBadge, paymentColumns } from './columns.tsx';
import { PaymentPanel } from './panel.tsx';
import { offered, tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: payments.title };

export default async function Payments({ searchParams }: PageProps<'/provider/billing/payments'>) {
  const staff = await requireAccess('billing');
  const view = await readView(paymentsList, paths.payments, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen, statuses, kinds, currencies } = query.filters;
  const [list, detail, orgs, known, kpis] = await Promise.all([
    triedPage(listPayments(staff, query)),
    openId === undefined ? undefined : tried(getPayment(staff, openId)),
    namesOfOrgs(staff, 'billing', chosen),
    offered(listCurrencies(staff)),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  const { columns } = payments;
  return (
    <ListPage
      copy={payments}
      view={view}
      sortKey={paymentsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="payments" />}
      search={q}
      filters={[
        wordFilter('status', columns.status, paymentStatuses, payments.statuses, statuses),
        wordFilter('kind', columns.kind, paymentKinds, payments.kinds, kinds),
        orgFilter(orgs, chosen),
        valueFilter('currency', billing.currency, known, currencies),
      ]}
      columns={paymentColumns}
      idOf={({ ref }) => ref}
      bulk={{ label: ({ amountMinor, currency }) => formatMoney(amountMinor, currency) }}
      exportPath={paths.paymentsExport}
      emptyAction={<EmptyAction href={paths.invoices} label={messages.lists.open.invoices} />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={({ amountMinor, currency }) => formatMoney(amountMinor, currency)}
          title={({ amountMinor, currency, status }) => (
            <>
              <span className="num truncate">{formatMoney(amountMinor, currency)}</span>
              <PaymentBadge status={status} />
            </>
          )}
        >
          {(payment) => <PaymentPanel payment={payment} zone={query.zone} />}
        </ListPanel>
      }
    />
  );
}
