import 'server-only';
import pLimit from 'p-limit';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListDefinition } from '../../lists/define-list.ts';
import { joinWords } from '../../lists/list-href.ts';
import type { RawParams } from '../../lists/url-grammar.ts';
import { systemViews } from '../../lists/system-views.ts';
import { dayOf } from '../../lists/zones.ts';
import { aiOrgList, paths } from '../../paths.ts';
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
import { countDeliveries } from './federation.service.ts';
import { replayItemsList, replayRunsList } from './federation-replay-list.ts';
import { replayItemsSource, replayRunsSource } from './federation-replay.service.ts';
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
type Counter = (params: RawParams, asked: Asked) => Promise<Count | undefined>;

/** Lists whose views, and what their filters offer, are counted. */
const counted: Readonly<Record<string, Counter>> = {
  [paths.leads]: counter('leads', leadsList, () => leadsSource),
  [paths.subscriptions]: counter('subscriptions', subscriptionsList, () => subscriptionsSource),
  [paths.subscriptionChanges]: counter('subscriptions', changesList, () => changesSource),
  [paths.usage]: counter('usage', usageList, () => usageSource),
  [paths.usageUnrated]: counter('usage', unratedList, () => unratedSource),
  [paths.addons]: counter('addons', addonsList, () => addonsSource),
  [paths.ai]: counter('ai', aiList, () => aiSource),
  [aiOrgList]: counter('ai', aiList, () => aiSource),
  [paths.aiAlerts]: counter('ai', aiAlertsList, () => aiAlertsSource),
  [paths.billing]: counter('billing', reconciliationList, () => reconciliationSource),
  [paths.unbilled]: counter('billing', unbilledList, () => unbilledSource),
  [paths.dunning]: counter('billing', dunningList, () => dunningSource),
  [paths.invoices]: counter('billing', invoicesList, () => invoicesSource),
  [paths.payments]: counter('billing', paymentsList, () => paymentsSource),
  [paths.incidents]: counter('incidents', incidentsList, () => incidentsSource),
  [paths.incidentsResolved]: counter('incidents', resolvedList, () => resolvedSource),
  [paths.audit]: counter('audit', auditList, auditSource),
  [paths.federation]: counter('federation', keysList, () => keysSource),
  [paths.deliveryLog]: (params, { staff, zone }) => countDeliveries(staff, params, zone),
  [paths.replay]: (params, { staff, zone }) => countDeliveries(staff, params, zone),
  [paths.replayRun]: counter('federation', replayItemsList, (_staff, { run }) =>
    replayItemsSource(typeof run === 'string' ? run : ''),
  ),
  [paths.replayRuns]: counter('federation', replayRunsList, () => replayRunsSource),
  [paths.devAids]: counter('dev-aids', evaluationsList, () => evaluationsSource),
  [paths.jobs]: counter('dev-aids', jobsList, () => jobSlotsSource),
};

/** How many rows each view has that the list comes with; undefined where counting took longer than it may. */
export async function countViews(list: string, asked: Asked): Promise<Counts> {
  const today = dayOf(asked.now, asked.zone);
  return countEach(
    list,
    Object.entries(systemViews(list)).map(([id, paramsOf]) => [id, paramsOf(today)]),
    asked,
  );
}

/** How many rows each value of a filter would have, beside the list's other filters. */
export async function countValues(
  list: string,
  { params, name, values }: { readonly params: string; readonly name: string; readonly values: readonly string[] },
  asked: Asked,
): Promise<Counts> {
  const others = Object.fromEntries(new URLSearchParams(params));
  return countEach(
    list,
    values.map((value) => [value, { ...others, [name]: joinWords([value]) }]),
    asked,
  );
}

/** A few at once, so that whoever opens a menu takes no more connections than a page does. */
const atOnce = 4;

async function countEach(list: string, asked: readonly (readonly [string, RawParams])[], told: Asked): Promise<Counts> {
  const count = counted[list];
  if (!count) return {};
  const inTurn = pLimit(atOnce);
  const counts = asked.map(([id, params]) => inTurn(async () => [id, await count(params, told)] as const));
  return Object.fromEntries(await Promise.all(counts));
}

function counter<F>(
  page: PageId,
  list: ListDefinition<F>,
  sourceOf: (staff: Staff, params: RawParams) => Parameters<typeof countUpTo<F>>[0],
): Counter {
  return (params, { staff, zone, now }) => {
    assertCan(staff, page);
    return countUpTo(sourceOf(staff, params), list.parse(params, { zone, now }));
  };
}
