import 'server-only';
import { streams, type BilledStream } from '#domain/billing/streams';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { bucketStart, monthAfter, plusDays, utcDay } from '../../lists/buckets.ts';
import { defineList, isOrgId } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { dashboardMetrics } from '../../metrics/overview.ts';
import { database, framePool } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readCreditCourse, readMonth } from './ai-months.ts';
import type { CreditCourse } from './ai-months.ts';
import { chargedDays, invoicesSource, invoiceSums } from './billing-invoices.ts';
import { invoicesList } from './billing-lists.ts';
import { leadsList } from './leads-list.ts';
import { queryOfOrgs } from './of-orgs.ts';
import { readFigure } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import { readLevelCourses } from './courses.ts';
import type { Courses } from './courses.ts';
import { leadsSource } from './leads.service.ts';

const isCurrency = (text: string): text is string => /^[A-Z]{3}$/.test(text);

/** The URL of the dashboard. */
export const dashboardList = defineList('createdAt', (read) => ({
  orgs: read.list('org', isOrgId),
  currency: read.list('currency', isCurrency)[0],
}));

const moneyLevels = ['mrr.net', 'leads.unbilled_net', 'receivable.overdue_net'] as const;

export type MoneyCourses = Courses<(typeof moneyLevels)[number]>;

/** How what recurs, what is not billed and what is overdue came to what they are. */
export async function readMoneyCourses(staff: Staff, orgs: readonly string[], at: number): Promise<MoneyCourses> {
  assertCan(staff, 'dashboard', 'money');
  return readLevelCourses(database().pool, moneyLevels, orgs, at);
}

/** Invoices issued in the window with what they come to, less credit notes. */
export async function readInvoiced(staff: Staff, orgs: readonly string[], window: Window): Promise<ListFigure> {
  assertCan(staff, 'dashboard', 'money');
  const filters = metricFilters(invoicesList, dashboardMetrics.invoiced, queryOfOrgs(orgs), now());
  return readFigure(
    database().pool,
    invoicesSource,
    filters,
    window,
    invoiceSums.net,
    chargedDays(orgs, 'all.invoices.kept'),
  );
}

/** Leads created in the window. */
export async function readReceived(staff: Staff, orgs: readonly string[], window: Window): Promise<ListFigure> {
  assertCan(staff, 'dashboard', 'operations');
  const filters = metricFilters(leadsList, dashboardMetrics.leads, queryOfOrgs(orgs), now());
  const rolled = { counts: ['leads.received'], orgs };
  return readFigure(database().pool, leadsSource, filters, window, undefined, rolled);
}

/** Credits of the running month, in millionths, of organisations that have a limit, and those near theirs. */
export interface CreditsUsed {
  readonly used: bigint;
  readonly limit: bigint;
  readonly nearLimit: readonly string[];
  readonly course: CreditCourse;
}

const namesMax = 3;
const near = 0.9;

export async function readCreditsUsed(staff: Staff, orgs: readonly string[], at: number): Promise<CreditsUsed> {
  assertCan(staff, 'dashboard', 'operations');
  const { pool } = database();
  const [months, course] = await Promise.all([readMonth(pool, at, orgs), readCreditCourse(pool, at, orgs)]);
  const sum = (texts: readonly string[]) => texts.reduce((total, text) => total + microOf(text), 0n);
  return {
    used: sum(months.map(({ used }) => used)),
    limit: sum(months.map(({ limit }) => limit)),
    nearLimit: months.filter(({ share }) => share >= near).map(({ org }) => org.name),
    course,
  };
}

const microDigits = 6;

/** Millionths of a decimal; what is smaller is cut off. */
function microOf(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.slice(0, microDigits).padEnd(microDigits, '0'));
}

export function firstNames(names: readonly string[]): { readonly shown: readonly string[]; readonly more: number } {
  return { shown: names.slice(0, namesMax), more: Math.max(0, names.length - namesMax) };
}

/** An organisation's revenue of this month by stream, of one currency, and what it was in as much of the month before. */
export interface OrgRevenue {
  readonly org: { readonly id: string; readonly name: string };
  readonly mrr: bigint;
  readonly byStream: Readonly<Record<BilledStream, bigint>>;
  readonly total: bigint;
  readonly before: bigint;
}

const orgsShown = 10;

export async function readOrgsByRevenue(
  staff: Staff,
  { orgs, currency }: { readonly orgs: readonly string[]; readonly currency: string },
  at: number,
): Promise<readonly OrgRevenue[]> {
  assertCan(staff, 'dashboard', 'money');
  const { pool } = database();
  const today = utcDay(at);
  const month = bucketStart(today, 'month');
  const dayOfMonth = Number(today.slice(8));
  const before = monthAfter(month, -1);
  const sameSpan = plusDays(before, dayOfMonth);
  const sums = streams.map(
    (stream) => `coalesce(sum(s.minor) filter (where s.metric = 'revenue.${stream}'), 0)::text as ${stream}`,
  );
  const { rows } = await pool.query<Record<BilledStream | 'id' | 'name' | 'total' | 'before' | 'mrr', string>>(
    `with top as (
       select d.org_id, coalesce(sum(d.minor) filter (where d.day >= $3), 0) as total,
         coalesce(sum(d.minor) filter (where d.day < $3), 0) as before
       from metric_day d where d.metric = any ($1) and d.currency = $2 and d.day >= $4 and d.day <= $6 and (d.day >= $3 or d.day < $5)
         ${orgs.length > 0 ? 'and d.org_id = any ($7)' : ''}
       group by d.org_id order by total desc, d.org_id limit ${orgsShown})
     select o.id, o.name, s.*, t.total::text, t.before::text, coalesce(m.minor, 0)::text as mrr
     from top t join org o on o.id = t.org_id
     cross join lateral (select ${sums.join(', ')} from metric_day s
       where s.org_id = t.org_id and s.metric = any ($1) and s.currency = $2 and s.day >= $3 and s.day <= $6) s
     left join lateral (select sum(m.minor) as minor from metric_day m where m.org_id = t.org_id and m.metric = 'mrr.net' and m.currency = $2) m on true
     order by t.total desc, o.id`,
    [
      streams.map((stream) => `revenue.${stream}`),
      currency,
      month,
      before,
      sameSpan < month ? sameSpan : month,
      today,
      ...(orgs.length > 0 ? [orgs] : []),
    ],
  );
  return rows.map((row) => ({
    org: { id: row.id, name: row.name },
    mrr: BigInt(row.mrr),
    byStream: {
      leads: BigInt(row.leads),
      subscriptions: BigInt(row.subscriptions),
      usage: BigInt(row.usage),
      addons: BigInt(row.addons),
      ai: BigInt(row.ai),
    },
    total: BigInt(row.total),
    before: BigInt(row.before),
  }));
}

export async function hasOrgs(staff: Staff): Promise<boolean> {
  assertCan(staff, 'dashboard');
  return (await framePool().query('select from org limit 1')).rows.length > 0;
}
