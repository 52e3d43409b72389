import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListDefinition } from '../../lists/define-list.ts';
import { systemViews } from '../../lists/system-views.ts';
import { dayOf } from '../../lists/zones.ts';
import { paths } from '../../paths.ts';
import { database } from '../../server/database.ts';
import { addonsList } from './addons-list.ts';
import { addonsSource } from './addons.service.ts';
import { aiAlertsSource } from './ai-alerts.service.ts';
import { aiAlertsList, aiList } from './ai-list.ts';
import { aiSource } from './ai.service.ts';
import { auditList } from './audit-list.ts';
import { auditSource } from './audit.service.ts';
import { dunningSource } from './billing-dunning.ts';
import { invoicesSource } from './billing-invoices.ts';
import { dunningList, invoicesList, paymentsList, reconciliationList, unbilledList } from './billing-lists.ts';
import { paymentsSource } from './billing-payments.ts';
import { reconciliationSource } from './billing-reconciliation.ts';
import { unbilledSource } from './billing.service.ts';
import { changesList } from './changes-list.ts';
import { changesSource } from './changes.service.ts';
import { evaluationsList } from './evaluations-list.ts';
import { evaluationsSource } from './evaluations.service.ts';
import { keysList } from './federation-keys-list.ts';
import { keysSource } from './federation-keys.service.ts';
import { replayRunsList } from './federation-replay-list.ts';
import { replayRunsSource } from './federation-replay.service.ts';
import { incidentsList, resolvedList } from './incidents-list.ts';
import { incidentsSource, resolvedSource } from './incidents-source.ts';
import { jobsList } from './jobs-list.ts';
import { jobSlotsSource } from './jobs.service.ts';
import { leadsList } from './leads-list.ts';
import { leadsSource } from './leads.service.ts';
import type { Count } from './list-page.ts';
import { countUpTo } from './list-source.ts';
import { subscriptionsList } from './subscriptions-list.ts';
import { subscriptionsSource } from './subscriptions.service.ts';
import { unratedSource } from './unrated.service.ts';
import { unratedList, usageList } from './usage-list.ts';
import { usageSource } from './usage.service.ts';

interface Asked {
  readonly staff: Staff;
  readonly zone: string;
  readonly now: number;
}

type Counts = Readonly<Record<string, Count | undefined>>;

/** Lists whose views are counted. */
const counted: Readonly<Record<string, (asked: Asked) => Promise<Counts>>> = {
  [paths.leads]: counter('leads', paths.leads, leadsList, () => leadsSource),
  [paths.subscriptions]: counter('subscriptions', paths.subscriptions, subscriptionsList, () => subscriptionsSource),
  [paths.subscriptionChanges]: counter('subscriptions', paths.subscriptionChanges, changesList, () => changesSource),
  [paths.usage]: counter('usage', paths.usage, usageList, () => usageSource),
  [paths.usageUnrated]: counter('usage', paths.usageUnrated, unratedList, () => unratedSource),
  [paths.addons]: counter('addons', paths.addons, addonsList, () => addonsSource),
  [paths.ai]: counter('ai', paths.ai, aiList, () => aiSource),
  [paths.aiAlerts]: counter('ai', paths.aiAlerts, aiAlertsList, () => aiAlertsSource),
  [paths.billing]: counter('billing', paths.billing, reconciliationList, () => reconciliationSource),
  [paths.unbilled]: counter('billing', paths.unbilled, unbilledList, () => unbilledSource),
  [paths.dunning]: counter('billing', paths.dunning, dunningList, () => dunningSource),
  [paths.invoices]: counter('billing', paths.invoices, invoicesList, () => invoicesSource),
  [paths.payments]: counter('billing', paths.payments, paymentsList, () => paymentsSource),
  [paths.incidents]: counter('incidents', paths.incidents, incidentsList, () => incidentsSource),
  [paths.incidentsResolved]: counter('incidents', paths.incidentsResolved, resolvedList, () => resolvedSource),
  [paths.audit]: counter('audit', paths.audit, auditList, auditSource),
  [paths.federation]: counter('federation', paths.federation, keysList, () => keysSource),
  [paths.replayRuns]: counter('federation', paths.replayRuns, replayRunsList, () => replayRunsSource),
  [paths.devAids]: counter('dev-aids', paths.devAids, evaluationsList, () => evaluationsSource),
  [paths.jobs]: counter('dev-aids', paths.jobs, jobsList, () => jobSlotsSource),
};

/** How many rows each view has that the list comes with; undefined where counting took longer than it may. */
export async function countViews(list: string, asked: Asked): Promise<Counts> {
  return (await counted[list]?.(asked)) ?? {};
}

function counter<F>(
  page: PageId,
  path: string,
  list: ListDefinition<F>,
  sourceOf: (staff: Staff) => Parameters<typeof countUpTo<F>>[1],
) {
  return async ({ staff, zone, now }: Asked): Promise<Counts> => {
    assertCan(staff, page);
    const views = Object.entries(systemViews(path));
    const counts = await Promise.all(
      views.map(([, paramsOf]) =>
        countUpTo(database().pool, sourceOf(staff), list.parse(paramsOf(dayOf(now, zone)), { zone, now })),
      ),
    );
    return Object.fromEntries(views.map(([id], index) => [id, counts[index]]));
  };
}
