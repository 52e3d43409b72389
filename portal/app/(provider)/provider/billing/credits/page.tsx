import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter } from '../../../../../components/list/list-filters.ts';
import { OpenKeys } from '../../../../../components/list/open-keys.tsx';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { ListPanel } from '../../../../../components/list/list-panel.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { credits } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';
import { paths } from '../../../../../paths.ts';
import { getCredit, listCredits } from '../../../../../services/provider/billing-credits.ts';
import { creditsList } from '../../../../../services/provider/billing-lists.ts';
import { summarizeBilling } from '../../../../../services/provider/billing.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { billingKpis } from '../kpis.ts';
import { BillingTabs } from '../tabs.tsx';
import { creditColumns, isMismatch } from './columns.tsx';
import { CreditPanel } from './panel.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: credits.title };

export default async function Credits({ searchParams }: PageProps<'/provider/billing/credits'>) {
  const staff = await requireAccess('billing');
  const view = await readView(creditsList, paths.credits, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen } = query.filters;
  const [list, detail, orgs, kpis] = await Promise.all([
    triedPage(listCredits(staff, query)),
    openId === undefined ? undefined : tried(getCredit(staff, openId)),
    namesOfOrgs(staff, 'billing', chosen),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  const mismatches = list.rows.filter(isMismatch).length;
  return (
    <ListPage
      copy={credits}
      view={view}
      sortKey={creditsList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="credits" />}
      search={q}
      filters={[orgFilter(orgs, chosen)]}
      columns={creditColumns}
      idOf={({ org }) => org.id}
      bulk={{ label: ({ org }) => org.name }}
      exportPath={paths.creditsExport}
      emptyAction={<OpenKeys links={view.links} />}
      panel={
        <ListPanel
          view={view}
          list={list}
          detail={detail}
          label={({ org }) => org.name}
          title={({ org }) => <bdi className="truncate">{org.name}</bdi>}
        >
          {(row) => <CreditPanel row={row} zone={query.zone} />}
        </ListPanel>
      }
    >
      {mismatches > 0 && (
        <div role="alert" className="card bg-bad-soft px-4 py-3">
          <p className="font-medium text-bad-text">{credits.mismatches(mismatches)}</p>
          <p className="text-bad-text">{credits.mismatchHint}</p>
        </div>
      )}
    </ListPage>
  );
}
