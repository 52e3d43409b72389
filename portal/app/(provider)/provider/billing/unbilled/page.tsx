import type { Metadata } from 'next';
import { requireAccess } from '../../../../../auth/current-staff.ts';
import { CardSkeleton } from '../../../../../components/card.tsx';
import { part } from '../../../../../components/part.tsx';
import { SectionBoundary } from '../../../../../components/section-error.tsx';
import { figures } from '../../../../../components/list/figures.tsx';
import { orgFilter, wordFilter } from '../../../../../components/list/list-filters.ts';
import { ListPage } from '../../../../../components/list/list-page.tsx';
import { readView } from '../../../../../components/list/list-view.ts';
import { unbilled } from '../../../../../messages/en-receivables.ts';
import { billingMetrics } from '../../../../../metrics/billing.ts';
import { paths } from '../../../../../paths.ts';
import type { ListQuery } from '../../../../../lists/define-list.ts';
import type { UnbilledFilters } from '../../../../../services/provider/billing-lists.ts';
import { unbilledList } from '../../../../../services/provider/billing-lists.ts';
import { groupUnbilled, listUnbilled, summarizeBilling } from '../../../../../services/provider/billing.service.ts';
import { getLead } from '../../../../../services/provider/leads.service.ts';
import { namesOfOrgs } from '../../../../../services/provider/orgs.service.ts';
import { leadColumns, leadName } from '../../leads/columns.tsx';
import { LeadListPanel } from '../../leads/lead-list-panel.tsx';
import { LeadBulk } from '../../leads/lead-bulk.tsx';
import { LeadMenu } from '../../leads/lead-menu.tsx';
import { leadRights, menuLead } from '../../leads/menu-lead.ts';
import { billingKpis } from '../kpis.ts';
import { BillingTabs } from '../tabs.tsx';
import { Groups } from './groups.tsx';
import { tried } from '../../../../../server/tried.ts';
import { triedPage } from '../../../../../services/provider/list-page.ts';

export const metadata: Metadata = { title: unbilled.title };

/** Status, and what the leads list says of it, is the same for all of them. */
const saidByTheList = ['status', 'invoice', 'source'];

export default async function Unbilled({ searchParams }: PageProps<'/provider/billing/unbilled'>) {
  const staff = await requireAccess('billing');
  const view = await readView(unbilledList, paths.unbilled, searchParams, '30d');
  const { query, openId, window } = view;
  const { q, orgs: chosen, fees } = query.filters;
  const [list, detail, groups, orgs, kpis] = await Promise.all([
    triedPage(listUnbilled(staff, query)),
    openId === undefined ? undefined : tried(getLead(staff, openId)),
    part(groupUnbilled(staff, query), <CardSkeleton />, (told) => <Groups view={view} groups={told} />),
    namesOfOrgs(staff, 'billing', chosen),
    figures(summarizeBilling(staff, chosen, window), billingMetrics, (summary) => billingKpis(view, summary)),
  ]);
  const rights = leadRights(staff);
  return (
    <ListPage
      copy={unbilled}
      view={view}
      sortKey={unbilledList.sortKey}
      list={list}
      kpis={kpis}
      tabs={<BillingTabs current="unbilled" />}
      search={q}
      filters={[
        wordFilter('fee', unbilled.fee, ['unpriced'], { unpriced: unbilled.unpriced }, fees),
        orgFilter(orgs, chosen),
      ]}
      rowMenu={(lead) => <LeadMenu lead={menuLead(lead)} rights={rights} />}
      bulk={{
        label: leadName,
        // Converted they are already, and that stands.
        actions: <LeadBulk rights={{ ...rights, convert: false, disqualify: false }} />,
        params: leadParams(view.query),
        file: paths.leadsExport,
      }}
      columns={(context) => leadColumns(context).filter(({ id }) => !saidByTheList.includes(id))}
      exportPath={paths.unbilledExport}
      panel={<LeadListPanel view={view} list={list} detail={detail} rights={rights} />}
    >
      <SectionBoundary label={unbilled.byOrg}>{groups}</SectionBoundary>
    </ListPage>
  );
}

/** The same rows in the list of leads, by which all that match are picked. */
function leadParams({ params, filters }: ListQuery<UnbilledFilters>): string {
  const told = new URLSearchParams(params);
  told.delete('fee');
  told.set('status', 'converted');
  told.set('billing', filters.fees.length === 0 ? 'unbilled' : 'unpriced');
  return told.toString();
}
