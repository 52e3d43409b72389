import 'server-only';
import type { LeadStatus } from '#domain/billing/lead-moves';
import { dayMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import { startOfUtcDay, utcDay } from '../../lists/buckets.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import type { Metric } from '../../metrics/metric.ts';
import { leadMetrics } from '../../metrics/revenue.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readLevelCourses } from './courses.ts';
import type { Courses } from './courses.ts';
import { leadsList, notConverted } from './leads-list.ts';
import type { LeadFilters } from './leads-list.ts';
import { leadsSource, leadSums, unbilledDays } from './leads.service.ts';
import { readFigure, windowed } from './list-figures.ts';
import { branchesSql } from './list-source.ts';
import type { ListFigure } from './list-figures.ts';
import type { Rolled } from './rolled-figures.ts';
import { noTime, readTimes } from './time-figures.ts';
import type { KeptTimes, TimeFigure } from './time-figures.ts';

export interface LeadsSummary {
  readonly open: ListFigure;
  /** With the fees of those that have one. */
  readonly unbilled: ListFigure;
  readonly received: ListFigure;
  /** Of the leads received, those converted within 30 days. */
  readonly within30d: ListFigure;
  /** Of the leads received before, those converted within 30 days and at the age that the leads received have now. */
  readonly within30dBefore: number;
  /** Whether some of the leads received may still convert in time. */
  readonly isOpen: boolean;
  /** Those converted in the window, whenever they were created, and how long that took. */
  readonly converted: ListFigure;
  readonly time: TimeFigure;
  /** How what is open and what is not billed came to what they are; undefined where more is filtered by than organisations. */
  readonly courses: Courses<'leads.open_net' | 'leads.unbilled_net'> | undefined;
}

/** A lead that is older converted in time or did not. */
const cohortDays = 30;

// Days of UTC, in hours: to add days a calendar is asked, for each row.
const isWithin = `t.converted_at < t.created_at + interval '${cohortDays * 24} hours'`;
const withinSource = { ...leadsSource, where: whereAlso(() => isWithin) };
/** Leads by when they were converted. */
const conversionsSource = { ...leadsSource, at: 'converted_at' };

const byStatus = (status: LeadStatus) => `leads.by_status:${status}`;
const withinDays = { counts: ['leads.converted_within_30d'] };

export async function summarizeLeads(
  staff: Staff,
  query: ListQuery<LeadFilters>,
  window: Window,
): Promise<LeadsSummary> {
  assertCan(staff, 'leads');
  const { pool } = database();
  const of = (metric: Metric) => metricFilters(leadsList, metric, query, now());
  const count = (filters: LeadFilters, counts: readonly string[], bySource?: LeadsOfAll) =>
    [filters, window, undefined, rolledOf(filters, { counts }, bySource)] as const;
  const ofRange = of(leadMetrics.conversion);
  // In the window that is told, whatever range the list is of.
  const won = { ...of(leadMetrics.median), converted: undefined };
  const unbilledOf = of(leadMetrics.unbilled);
  const isOpen = window.to > now() - cohortDays * dayMs;
  const [open, unbilled, received, within30d, withinAtAge, converted, [time = noTime], courses] = await Promise.all([
    readOpen(of(leadMetrics.open)),
    readFigure(
      pool,
      leadsSource,
      unbilledOf,
      undefined,
      leadSums.fee,
      rolledOf(unbilledOf, unbilledDays, 'all.leads.unbilled'),
    ),
    // Of a cohort, whatever became of it.
    readFigure(pool, leadsSource, ...count(ofRange, ['leads.received'], 'all.leads.received')),
    readFigure(pool, withinSource, ...count(won, ['leads.converted_within_30d'], 'all.leads.won_within_30d')),
    isOpen ? countAtAge(won, window) : undefined,
    readFigure(pool, conversionsSource, ...count(won, ['leads.converted'], 'all.leads.won')),
    readTimes(pool, conversionsSource, won, window, {
      kept: rolledOf(won, { counts: [] }, 'all.leads.won')?.orgs.length === 0 ? keptTimes(won) : undefined,
      times: ['t.converted_at - t.created_at'],
    }),
    rolledOf(won, { counts: [] }) && readLevelCourses(pool, ['leads.open_net', 'leads.unbilled_net'], won.orgs, now()),
  ]);
  const within30dBefore = withinAtAge ?? within30d.previous;
  return { open, unbilled, received, within30d, within30dBefore, isOpen, converted, time, courses };
}

function readOpen(filters: LeadFilters): Promise<ListFigure> {
  const rolled = rolledOf(filters, { counts: notConverted.map(byStatus) }, 'all.leads.open');
  return readFigure(database().pool, leadsSource, filters, undefined, undefined, rolled);
}

/** Of the window before, as it was when its leads were as old as those of the window are now: those of its first days had all their time. */
async function countAtAge(filters: LeadFilters, { from, previous }: Window): Promise<number> {
  const { pool } = database();
  const then = now() - (from - previous.from);
  const whole = startOfUtcDay(utcDay(then - cohortDays * dayMs));
  const until = Math.min(Math.max(previous.from, whole), previous.to);
  const over = { from: previous.from, to: until, previous: { from: previous.from, to: previous.from } };
  const rolled = rolledOf(filters, withinDays, 'all.leads.won_within_30d');
  const isThen = (bind: Bind) => `${isWithin} and t.converted_at < ${bind(new Date(then))}`;
  const source = { ...leadsSource, where: whereAlso(isThen) };
  const rest = { from: until, to: previous.to };
  const counted = windowed(
    (bind) => branchesSql(source, filters, rest, bind, undefined, '1'),
    (rows) => `select count(*)::int as count from (${rows}) r`,
  );
  const [early, late] = await Promise.all([
    until > previous.from ? readFigure(pool, withinSource, filters, over, undefined, rolled) : undefined,
    until < previous.to ? pool.query<{ count: number }>(counted.text, counted.values) : undefined,
  ]);
  return (early?.count ?? 0) + (late?.rows[0]?.count ?? 0);
}

function whereAlso(condition: (bind: Bind) => string) {
  return (filters: LeadFilters, bind: Bind) => [condition(bind), ...leadsSource.where(filters, bind)];
}

function keptTimes({ sources }: LeadFilters): KeptTimes {
  return sources.length === 0
    ? { topic: 'leads', names: ['all.leads.won_after'] }
    : { topic: 'leads', names: ['all.leads.won_of'], of: { sources, unless: 'all.leads.won_unlisted' } };
}

type LeadsOfAll = `all.leads.${'open' | 'unbilled' | 'received' | 'won' | 'won_within_30d'}`;

/** Figures of days know orgs, or sources of all orgs together where they are kept by these, and nothing else that leads are filtered by. */
function rolledOf(
  { q, orgs, sources, min, max, converted }: LeadFilters,
  of: Omit<Rolled, 'orgs'>,
  bySource?: LeadsOfAll,
): Rolled | undefined {
  if ([q, min, max, converted].some((one) => one !== undefined)) return undefined;
  if (sources.length === 0) return { ...of, orgs };
  if (orgs.length > 0 || !bySource) return undefined;
  const names = sources.map((source) => `${bySource}:${source}`);
  // Of what is by the day of conversion, other sources are told of a day than of what is by that of creation.
  const unless = bySource === 'all.leads.won' ? 'all.leads.won_unlisted:' : 'all.leads.unlisted:';
  return { counts: names, ...(of.sums && { sums: names }), unless, orgs };
}
