import { describe, expect, test } from 'vitest';
import { countCourse, moneyCourse, shareCourse } from '#portal/components/list/course';
import { countedTogether } from '#portal/services/provider/courses';
import type { Point } from '#portal/services/provider/courses';
import type { ListDefinition } from '#portal/lists/define-list';
import { metricFilters, metricHref } from '#portal/metrics/metric';
import type { Metric } from '#portal/metrics/metric';
import { billingMetrics } from '#portal/metrics/billing';
import { evaluationMetrics, jobMetrics } from '#portal/metrics/developer';
import { auditMetrics, incidentMetrics, keyMetrics, logMetrics } from '#portal/metrics/operations';
import { analyticsMetrics, dashboardMetrics } from '#portal/metrics/overview';
import { replayMetrics, replayRunMetrics } from '#portal/metrics/replays';
import { addonMetrics, changeMetrics, leadMetrics, subscriptionMetrics } from '#portal/metrics/revenue';
import { settingsMetrics } from '#portal/metrics/settings';
import { trends } from '#portal/metrics/trends';
import { aiAlertMetrics, aiMetrics, aiOrgMetrics, unratedMetrics, usageMetrics } from '#portal/metrics/usage';
import { paths } from '#portal/paths';
import { addonsList } from '#portal/services/provider/addons-list';
import { aiAlertsList, aiList } from '#portal/services/provider/ai-list';
import { analyticsList } from '#portal/services/provider/analytics-query';
import { auditList } from '#portal/services/provider/audit-list';
import {
  dunningList,
  invoicesList,
  paymentsList,
  reconciliationList,
  unbilledList,
} from '#portal/services/provider/billing-lists';
import { changesList } from '#portal/services/provider/changes-list';
import { parseDeliveriesQuery } from '#portal/services/provider/deliveries-query';
import { evaluationsList } from '#portal/services/provider/evaluations-list';
import { keysList } from '#portal/services/provider/federation-keys-list';
import { replayItemsList, replayRunsList } from '#portal/services/provider/federation-replay-list';
import { incidentsList, resolvedList } from '#portal/services/provider/incidents-list';
import { jobsList } from '#portal/services/provider/jobs-list';
import { leadsList } from '#portal/services/provider/leads-list';
import { mainFirst } from '#portal/services/provider/money-sums';
import { subscriptionsList } from '#portal/services/provider/subscriptions-list';
import { unratedList, usageList } from '#portal/services/provider/usage-list';

const now = Date.UTC(2026, 10, 24, 14, 6, 12);
const run = '018f0000-0000-7000-8000-000000000001';

/** What reads the address of each list. The pages of settings have short lists of their own. */
const lists: Readonly<Record<string, ListDefinition<unknown>>> = {
  [paths.leads]: leadsList,
  [paths.subscriptions]: subscriptionsList,
  [paths.subscriptionChanges]: changesList,
  [paths.addons]: addonsList,
  [paths.usage]: usageList,
  [paths.usageUnrated]: unratedList,
  [paths.ai]: aiList,
  [paths.invoices]: invoicesList,
  [paths.payments]: paymentsList,
  [paths.dunning]: dunningList,
  [paths.billing]: reconciliationList,
  [paths.unbilled]: unbilledList,
  [paths.incidents]: incidentsList,
  [paths.incidentsResolved]: resolvedList,
  [paths.audit]: auditList,
  [paths.federation]: keysList,
  [paths.replayRun]: replayItemsList,
  [paths.replayRuns]: replayRunsList,
  [paths.aiAlerts]: aiAlertsList,
  [paths.devAids]: evaluationsList,
  [paths.jobs]: jobsList,
  [paths.analytics]: analyticsList,
  [paths.analyticsMix]: analyticsList,
  [paths.analyticsCohorts]: analyticsList,
};

const groups: Readonly<Record<string, Readonly<Record<string, Metric>>>> = {
  leadMetrics,
  subscriptionMetrics,
  changeMetrics,
  addonMetrics,
  usageMetrics,
  aiAlertMetrics,
  unratedMetrics,
  aiMetrics,
  aiOrgMetrics,
  billingMetrics,
  incidentMetrics,
  auditMetrics,
  keyMetrics,
  logMetrics,
  replayMetrics,
  replayRunMetrics,
  evaluationMetrics,
  jobMetrics,
  settingsMetrics,
  dashboardMetrics,
  analyticsMetrics,
  trends,
};

test('T1, T3: a list is sorted by its own instant alone; what else its address says is left out and named, and is no error', () => {
  for (const list of new Set(Object.values(lists))) {
    const { sortKey } = list;
    const read = (params: Readonly<Record<string, string>>) => list.parse(params, { zone: 'UTC', now });
    expect([read({}), read({ sort: `-${sortKey}` }), read({ sort: sortKey })]).toMatchObject(
      ['desc', 'desc', 'asc'].map((direction) => ({ direction, dropped: [] })),
    );
    for (const sort of ['company', '-id', 'constructor', `${sortKey}; drop table lead`, `--${sortKey}`])
      expect(read({ sort }), sort).toMatchObject({ direction: 'desc', dropped: ['sort'] });
    const told = { size: '7', from: '2026-02-30', org: "' or 1=1", after: 'rubbish', tz: 'Mars/Olympus' };
    expect(read(told), sortKey).toMatchObject({ size: 50, range: undefined, cursor: undefined, zone: 'UTC' });
    expect(read(told).dropped, sortKey).toEqual(expect.arrayContaining(['size', 'from', 'after', 'tz']));
  }
});

describe.each(Object.entries(groups))('%s', (_, group) => {
  const metrics = Object.values(group);

  test('each has a name of its own, a meaning in whole sentences, and words for what it opens', () => {
    expect(new Set(metrics.map(({ id }) => id)).size).toBe(metrics.length);
    expect(new Set(metrics.map(({ label }) => label)).size).toBe(metrics.length);
    for (const { id, label, definition, opens } of metrics) {
      expect(label.length, id).toBeGreaterThan(0);
      expect(definition, id).toMatch(/^[\p{Lu}].+\.$/u);
      expect(opens, id).not.toMatch(/\.$|^$/);
    }
  });

  test.each(['', 'org=acme', 'org=acme,beta&from=7d&tz=Asia%2FTokyo', `from=2026-11-01&to=2026-11-20&run=${run}`])(
    'what each is counted by, where the page is of %j, is what its link says',
    (page) => {
      const params = new URLSearchParams(page);
      const windowed = new URLSearchParams(page);
      if (!windowed.has('from')) windowed.set('from', '30d');
      for (const metric of metrics) {
        const { id, path } = metric;
        const url = new URL(metricHref(metric, { params, windowed }), 'http://portal');
        expect(url.pathname, id).toBe(path);
        const told = Object.fromEntries(url.searchParams);
        const list = lists[path];
        if (!list) {
          expect([paths.deliveryLog, paths.settingsStaff, paths.settingsSecurity], id).toContain(path);
          if (path === paths.deliveryLog)
            expect(parseDeliveriesQuery(told, { zone: 'UTC', now }).dropped, id).toEqual([]);
          continue;
        }
        const query = list.parse(told, { zone: 'UTC', now });
        expect(query.dropped, id).toEqual([]);
        // The window is no filter of what is counted, whichever parameter has it.
        const beside = (filters: unknown) =>
          Object.assign({}, filters, metric.rangeOf === undefined ? {} : { [metric.rangeOf]: undefined });
        const counted = metricFilters(list, metric, { params: page, zone: 'UTC' }, now);
        expect(beside(query.filters), id).toEqual(beside(counted));
        expect(query.range !== undefined, id).toBe(
          (metric.isWindowed && metric.rangeOf === undefined) || metric.where['from'] !== undefined,
        );
      }
    },
  );
});

describe('how something came to what is printed of it', () => {
  const at = (count: number, ...sums: readonly (readonly [string, bigint])[]): Point => ({
    count,
    sums: sums.map(([currency, minor]) => ({ currency, minor })),
  });
  const course = {
    before: at(3, ['USD', 700n], ['EUR', 400n]),
    byDay: [at(4, ['EUR', 450n]), undefined],
    today: undefined,
  };
  const unknown = { before: undefined, byDay: [undefined, undefined], today: undefined };

  test('is told of the currency that is printed, and of a day that nobody knows nothing', () => {
    expect(moneyCourse(course, { currency: 'EUR', minor: 510n })).toMatchObject({
      change: { value: 510, previous: 400, previousText: '4.00 EUR' },
      parts: [450, undefined, 510],
    });
    expect(moneyCourse(course, undefined)).toMatchObject({ change: { value: 0, previousText: '7.00 USD' } });
    expect(countCourse(course, 5)).toMatchObject({ change: { value: 5, previous: 3 }, parts: [4, undefined, 5] });
    expect(shareCourse(course, { ...course, before: at(6) }, { part: 5, whole: 5 })).toMatchObject({
      change: { value: 1, previous: 0.5, in: 'points' },
      parts: [1, undefined, 1],
    });
  });

  test('is unknown while no day before is kept, with a course of those that are', () => {
    expect(countCourse(unknown, 5)).toEqual({ change: 'unknown' });
    expect(countCourse({ ...course, before: undefined }, 5)).toEqual({
      change: 'unknown',
      parts: [4, undefined, 5],
    });
    expect(shareCourse(unknown, unknown, { part: 1, whole: 1 })).toEqual({ change: 'unknown' });
    expect(countedTogether([course, unknown]).byDay).toEqual([undefined, undefined]);
    expect(countedTogether([course, course]).byDay[0]?.count).toBe(8);
  });

  test('is not told where the figures of days are of other rows', () => {
    expect([countCourse(undefined, 5), moneyCourse(undefined, undefined)]).toEqual([{}, {}]);
  });
});

test('amounts are told in the order of the provider’s currencies, whatever they come to, others by code, and none last', () => {
  const money = { KWD: 3_100n, USD: 2_500n, JPY: 1_000_000n, EUR: 0n, ISK: -9_000n };
  const told = mainFirst(
    Object.entries(money).map(([currency, minor]) => ({ currency, minor })),
    ['EUR', 'USD', 'JPY'],
  );
  expect(told.map(({ currency }) => currency)).toEqual(['USD', 'JPY', 'ISK', 'KWD', 'EUR']);
  const streams = mainFirst(
    [
      { currency: 'USD', minor: 1n },
      { currency: 'USD', minor: 2n },
    ],
    [],
  );
  expect(streams.map(({ minor }) => minor)).toEqual([2n, 1n]);
});
