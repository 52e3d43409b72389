import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import { createElement } from 'react';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { mrrFigures } from '#domain/billing/churn';
import { minuteMs } from '#domain/instants';
import { RunProgress } from '#portal/app/(provider)/provider/federation/replay/run/run-progress.tsx';
import { Change } from '#portal/app/(provider)/provider/audit/panel.tsx';
import { SubscriptionChartRow } from '#portal/app/(provider)/provider/subscriptions/charts.tsx';
import { churnKpis } from '#portal/app/(provider)/provider/subscriptions/kpis';
import { shownFor } from '#portal/components/actions/toast';
import { LineChart } from '#portal/components/charts/line-chart.tsx';
import { StackedBars } from '#portal/components/charts/stacked-bars.tsx';
import type { Kpi } from '#portal/components/kpi/kpi';
import { KpiCell } from '#portal/components/kpi/kpi-strip.tsx';
import { PageHead } from '#portal/components/page-head.tsx';
import { staleText } from '#portal/components/stale.tsx';
import { countUnit } from '#portal/format/units';
import type { Metric } from '#portal/metrics/metric';
import { incidentMetrics } from '#portal/metrics/operations';
import { analyticsMetrics, dashboardMetrics } from '#portal/metrics/overview';
import { leadMetrics, subscriptionMetrics } from '#portal/metrics/revenue';
import type { ListFigure } from '#portal/services/provider/list-figures';
import { aiMetrics } from '#portal/metrics/usage';

/** Parts of pages as they are drawn, without a browser. */
const drawn = (element: ReactElement) => renderToStaticMarkup(element);
const at = Date.UTC(2026, 10, 24, 14, 6, 12);

function cell(metric: Metric, [value, previous]: readonly [number, number], told: Partial<Kpi> = {}) {
  const change = { value, previous, previousText: String(previous), span: 'prev. 30 days' };
  return drawn(
    createElement(KpiCell, {
      kpi: { metric, value: String(value), note: '', href: '/provider/leads', change, ...told },
    }),
  );
}

describe('a figure', () => {
  const { unbilled } = leadMetrics;

  test('K1: tells how it changed against the span before it, in words too, and its link says all of it', () => {
    const html = cell(unbilled, [5, 4]);
    expect(html).toContain('>+25.0 %<');
    expect(html).toContain('>vs 4 prev. 30 days<');
    expect(html).toContain(`aria-label="${unbilled.label}, 5, +25.0 %, vs 4 prev. 30 days, opens ${unbilled.opens}"`);
  });

  test('K2: is new where there was nothing before, unchanged where there is nothing either, and never infinite', () => {
    expect(cell(unbilled, [5, 0])).toContain('>new<');
    expect(cell(unbilled, [0, 0])).toContain('>no change<');
    expect(cell(unbilled, [5, 0], { change: 'unknown' })).toContain('>no comparison yet<');
    expect(cell(unbilled, [5, 0]) + cell(unbilled, [0, 0])).not.toMatch(/Infinity|NaN/);
  });

  test.each([
    ['up', 'text-ok-text', 'text-bad-text'],
    ['down', 'text-bad-text', 'text-ok-text'],
    ['neither', 'text-fg-2', 'text-fg-2'],
  ] as const)('K3: that is good when it goes %s is coloured so', (goodDirection, more, less) => {
    expect(cell({ ...unbilled, goodDirection }, [5, 4])).toContain(`${more}">+25.0 %`);
    expect(cell({ ...unbilled, goodDirection }, [3, 4])).toContain(`${less}">−25.0 %`);
  });

  test('K3: of money, of what converts and of what is kept more is good; of what is lost, late or waits less', () => {
    const directions = [
      subscriptionMetrics,
      leadMetrics,
      incidentMetrics,
      dashboardMetrics,
      analyticsMetrics,
      aiMetrics,
    ]
      .flatMap((group): readonly Metric[] => Object.values(group))
      .map(({ label, goodDirection }) => [label, goodDirection] as const);
    const good = Object.fromEntries(directions);
    expect(good).toMatchObject({
      MRR: 'up',
      'Logo churn': 'down',
      'Net revenue churn': 'down',
      'Conversion rate': 'up',
      'Median time to convert': 'down',
      'Converted, not billed': 'down',
      'SLA met': 'up',
    });
    expect(
      directions.filter(([label]) => /churn|overdue|breaching|refund/i.test(label)).map(([, way]) => way),
    ).not.toContain('up');
  });

  test('K4: draws its course, a point for each part that has a figure; without one it draws none', () => {
    const points = /<polyline points="([^"]*)"/.exec(cell(unbilled, [5, 4], { parts: [1, undefined, 3, 0] }))?.[1];
    expect(points).toBe('0.0,18.0 64.0,2.0 96.0,26.0');
    expect(cell(unbilled, [5, 4])).not.toContain('<polyline');
  });
});

describe('a chart', () => {
  const chart = {
    summary: 'Leads',
    buckets: ['Sep 2026', 'Oct 2026', 'Nov 2026'].map((span) => ({ span, label: span })),
    bucketName: 'Month (UTC)',
    unit: countUnit,
    fileName: 'leads-by-month',
  };
  const series = [{ name: 'Leads', color: 1, values: [4, 5, 2] }] as const;

  test('K11: has a last bucket that is not over dashed', () => {
    for (const [Chart, whole, dashes] of [
      [StackedBars, /M0\.14 [^"]*M1\.14 [^"]*M2\.14 /, /d="M2\.14 [^"]*"[^>]*stroke-dasharray="3 2"/],
      [LineChart, /d="M0\.5 [^"]*L2\.5 /, /d="M1\.5 [^"]*L2\.5 [^"]*"[^>]*stroke-dasharray="4 3"/],
    ] as const) {
      const open = drawn(createElement(Chart, { ...chart, series, isLastOpen: true }));
      expect(open).toMatch(dashes);
      expect(open).not.toMatch(whole);
      expect(drawn(createElement(Chart, { ...chart, series }))).toMatch(whole);
    }
  });

  test('K8: has the buckets before as a dashed line, where there was anything in them', () => {
    const compared = drawn(createElement(StackedBars, { ...chart, series, previous: [1, 2, 3] }));
    expect(compared).toMatch(/stroke="var\(--fg-3\)"[^>]*stroke-dasharray="4 3"/);
    expect(compared).toContain('Previous period');
    expect(drawn(createElement(StackedBars, { ...chart, series, previous: [0, 0, 0] }))).not.toContain(
      'Previous period',
    );
  });
});

test('K7, S7: a page says when its figures were read, with the zone, and when they are late', () => {
  const head = (zone: string, now = at) =>
    drawn(createElement(PageHead, { title: 'Leads', purpose: 'Who asked.', through: { at, zone, now } }));
  expect(head('UTC')).toMatch(/Data through <time[^>]*dateTime="2026-11-24T14:06:12.000Z">14:06<\/time> UTC/i);
  expect(head('Asia/Tokyo')).toMatch(/>23:06<\/time> GMT\+9/);
  // An hour later it is another day there.
  expect(head('Asia/Tokyo', at + 60 * minuteMs)).toMatch(/>Nov 24, 23:06<\/time> GMT\+9/);
  expect(head('UTC', at + 60 * minuteMs)).toMatch(/>14:06<\/time> UTC/);
  expect(staleText({ through: at - 15 * minuteMs, at, zone: 'UTC' })).toBeUndefined();
  expect(staleText({ through: at - 16 * minuteMs, at, zone: 'UTC' })).toBe(
    'Figures through Nov 24, 13:50 UTC, update is late',
  );
});

test('churn is of one currency, and names it where there are others', () => {
  const nobody: ListFigure = {
    count: 0,
    previous: 0,
    parts: [],
    sums: [],
    courses: new Map(),
    previousSums: [],
    today: undefined,
  };
  const moved = { new: nobody, expansion: nobody, reactivation: nobody, contraction: nobody, churn: nobody };
  const view = { params: new URLSearchParams(), windowed: new URLSearchParams(), span: undefined };
  const range = { start: at, end: at + minuteMs };
  const notes = (currencies: readonly string[]) => {
    const changes = currencies.map((currency, n) => ({
      orgId: 'acme',
      subscriptionId: currency,
      eventId: currency,
      currency,
      changedAt: at - 1,
      mrrMinor: BigInt(100 - n),
    }));
    const churn = mrrFigures(changes, range);
    const told = { changes: { net: nobody, moved }, churn, churnBefore: [], churnByMonth: [] };
    return churnKpis(view, told).map(({ note }) => note);
  };
  expect(notes(['EUR'])).toEqual(['0 of 1 organisations', 'of 1.00 EUR at the start']);
  expect(notes(['EUR', 'USD'])).toEqual(['0 of 1 organisations in EUR', 'of 1.00 EUR at the start']);
  const movement = {
    before: 0n,
    moved: { new: 0n, expansion: 0n, reactivation: 0n, contraction: 0n, churn: 0n },
    now: 0n,
  };
  const drawnWith = (otherCurrencies: readonly string[]) => {
    const months = [{ from: '2026-11-01', until: '2026-12-01' }];
    const levels = { months, levels: [0n], levelsBefore: [0n], logoChurn: [0], netChurn: [0], logoChurnBefore: [0] };
    return drawn(
      createElement(SubscriptionChartRow, { told: { currency: 'EUR', otherCurrencies, movement, ...levels } }),
    );
  };
  expect(drawnWith(['USD'])).toContain('Churn by month in EUR');
  expect(drawnWith([])).not.toContain('by month in');
});

test('T22: a notice is there for six seconds, for ten where what it says can be taken back, and stays where something went wrong', () => {
  const undo = () => undefined;
  const told = [{}, { undo }, { tone: 'info' }, { tone: 'bad' }, { tone: 'bad', undo }] as const;
  expect(told.map((one) => shownFor({ title: 'Done', ...one }))).toEqual([6_000, 10_000, 6_000, 0, 0]);
});

test('A7, E10: how far a replay is stands there as a bar and in words, which are said aloud', () => {
  const nowhere = () => undefined;
  const router = {
    back: nowhere,
    forward: nowhere,
    refresh: nowhere,
    push: nowhere,
    replace: nowhere,
    prefetch: nowhere,
    bfcacheId: '',
  };
  const progress = createElement(RunProgress, { done: 40, all: 1_200, isWaiting: false });
  const html = drawn(createElement(AppRouterContext.Provider, { value: router }, progress));
  expect(html).toMatch(/<progress[^>]* max="1200"[^>]* value="40"|<progress[^>]* value="40"[^>]* max="1200"/);
  expect(html).toContain('<span role="status" class="sr-only">40 of 1,200</span>');
});

test('E3: an entry of the audit log shows what was before beside what is since, changed keys first', () => {
  const sides = { before: { same: 'x', plan: 'starter' }, after: { same: 'x', plan: 'scale', seats: 3 } };
  const html = drawn(createElement(Change, { detail: JSON.stringify({ reason: 'grew', ...sides }) }));
  const rows = [...html.matchAll(/<th scope="row"[^>]*>(.*?)<\/th><td[^>]*>(.*?)<\/td><td[^>]*>(.*?)<\/td>/g)].map(
    (row) => row.slice(1).map((text) => text.replaceAll(/<[^>]*>/g, '')),
  );
  expect(rows).toEqual([
    ['plan', 'starter', 'scale'],
    ['seats', '–', '3'],
    ['same', 'x', 'x'],
  ]);
  expect(drawn(createElement(Change, { detail: '{"reason":"grew"}' }))).not.toContain('<table');
});
