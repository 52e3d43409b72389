import { addonKpis } from '#portal/app/(provider)/provider/addons/kpis';
import { subscriptionKpis } from '#portal/app/(provider)/provider/subscriptions/kpis';
import { changeKpis } from '#portal/app/(provider)/provider/subscriptions/changes/kpis';
import { usageKpis } from '#portal/app/(provider)/provider/usage/kpis';
import { unratedKpis } from '#portal/app/(provider)/provider/usage/unrated/kpis';
import { paths } from '#portal/paths';
import { addonsList } from '#portal/services/provider/addons-list';
import { getPurchase, listPurchases, summarizePurchases } from '#portal/services/provider/addons.service';
import { changesList } from '#portal/services/provider/changes-list';
import { getChange, listChanges, summarizeChanges } from '#portal/services/provider/changes.service';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import {
  getSubscription,
  listSubscriptions,
  summarizeSubscriptions,
} from '#portal/services/provider/subscriptions.service';
import { getUnrated, listUnrated, summarizeUnrated } from '#portal/services/provider/unrated.service';
import { unratedList, usageList } from '#portal/services/provider/usage-list';
import { getPeriod, listPeriods, summarizeUsage } from '#portal/services/provider/usage.service';
import { listed, ordered } from './listing.ts';
import type { Listed } from './listing.ts';

const clock = "'2026-11-24T14:06:12Z'::timestamptz";
const onDraft =
  "exists (select from invoice_line l where l.org_id = t.org_id and l.meter = t.meter and l.period_start = t.period_start and l.invoice_id like 'inv_org-%')";
const isReporting = `exists (select from usage_meter u where u.org_id = t.org_id and u.meter = t.meter and u.window_start >= t.period_start
  and u.received_at >= ${clock} - interval '24 hours')`;
const periodId = "org_id || ':' || (extract(epoch from period_start) * 1000)::bigint || ':' || meter";

/** Lists of what recurs, is metered, or is bought once. */
export const revenueLists: readonly Listed[] = [
  listed({
    name: 'subscriptions',
    path: paths.subscriptions,
    list: subscriptionsList,
    read: listSubscriptions,
    get: getSubscription,
    summarize: summarizeSubscriptions,
    kpis: subscriptionKpis,
    oracle: ordered('subscription', 'created_at', 'id'),
    filters: [
      [{ org: 'org-3' }, "org_id = 'org-3'"],
      [{ status: 'past_due,canceled', org: 'org-0' }, "status in ('past_due', 'canceled') and org_id = 'org-0'"],
      [{ plan: 'enterprise,team' }, "plan in ('enterprise', 'team')"],
      [{ started: '2026-11-22_2026-11-23' }, "started_at >= '2026-11-22Z' and started_at < '2026-11-24Z'"],
      [
        { renews: '2026-12-23', canceled: '2026-12-01_2026-12-03', org: 'org-0' },
        "renews_at >= '2026-12-23Z' and renews_at < '2026-12-24Z' and canceled_at >= '2026-12-01Z' and canceled_at < '2026-12-04Z' and org_id = 'org-0'",
      ],
    ],
    add: `insert into subscription (org_id, id, status, created_at, version) values ('org-1', 'later', 'active', now() + interval '99 days', 1)`,
  }),
  listed({
    name: 'plan changes',
    path: paths.subscriptionChanges,
    list: changesList,
    read: listChanges,
    get: getChange,
    summarize: summarizeChanges,
    kpis: changeKpis,
    oracle: ordered('mrr_movement', 'at', 'event_id'),
    filters: [
      [{ kind: 'churn,contraction' }, "kind in ('churn', 'contraction')"],
      [{ kind: 'new', org: 'org-0' }, "kind = 'new' and org_id = 'org-0'"],
      [{ org: 'org-1' }, "org_id = 'org-1'"],
    ],
    add: `insert into mrr_movement (org_id, event_id, currency, subscription_id, at, kind, amount_minor)
      values ('org-1', 'later', 'EUR', 'later', now() + interval '99 days', 'new', 1)`,
  }),
  listed({
    name: 'addons',
    path: paths.addons,
    list: addonsList,
    read: listPurchases,
    get: getPurchase,
    summarize: summarizePurchases,
    kpis: addonKpis,
    oracle: ordered('addon_purchase', 'created_at', 'id'),
    filters: [
      [{ status: 'partly_refunded,refunded' }, "status in ('partly_refunded', 'refunded')"],
      [{ sku: 'audit-pack' }, "sku = 'audit-pack'"],
      [{ min: '40.5', max: '41' }, 'amount_minor between 4050 and 4100'],
    ],
    add: `insert into addon_purchase (org_id, id, status, created_at, version) values ('org-1', 'later', 'purchased', now() + interval '99 days', 1)`,
  }),
  listed({
    name: 'usage',
    path: paths.usage,
    list: usageList,
    read: listPeriods,
    get: getPeriod,
    summarize: summarizeUsage,
    kpis: usageKpis,
    oracle: ordered('rated_period', 'period_start', 'meter', periodId),
    filters: [
      [{ meter: 'rare' }, "meter = 'rare'"],
      [{ state: 'open', org: 'org-0,org-2' }, "closed_at is null and org_id in ('org-0', 'org-2')"],
      [{ state: 'rated' }, `closed_at is not null and adjusted_at is null and ${onDraft}`],
      [
        { state: 'invoiced', meter: 'calls' },
        `closed_at is not null and adjusted_at is null and not ${onDraft} and meter = 'calls'`,
      ],
      [{ state: 'adjusted' }, 'adjusted_at is not null'],
      [{ late: 'mtd' }, "late_at >= '2026-11-01Z' and late_at <= '2026-11-24T14:06:12Z'"],
      [{ report: 'silent' }, `period_end > ${clock} and period_start <= ${clock} and not ${isReporting}`],
      [{ report: 'on' }, `period_end > ${clock} and period_start <= ${clock} and ${isReporting}`],
      [{ q: 'emails' }, "meter = 'emails'"],
    ],
    add: `insert into rated_period (org_id, meter, period_start, period_end, quantity, booked_minor, currency, rated_at)
      values ('org-1', 'emails', '2027-06-01', '2027-07-01', 1, 1, 'EUR', now())`,
  }),
  listed({
    name: 'unrated usage',
    path: paths.usageUnrated,
    list: unratedList,
    read: listUnrated,
    get: getUnrated,
    summarize: summarizeUnrated,
    kpis: unratedKpis,
    oracle: ordered('unrated_usage', 'period_start', 'meter', periodId),
    filters: [
      [{ reason: 'no_price' }, "reason = 'no_price'"],
      [{ meter: 'unknown-1,unknown-2' }, "meter in ('unknown-1', 'unknown-2')"],
    ],
    add: `insert into unrated_usage (org_id, meter, period_start, period_end, reason, usage_rows, quantity, noted_at)
      values ('org-1', 'later', '2027-06-01', '2027-07-01', 'no_plan', 1, 1, now())`,
  }),
];
