import 'server-only';
import type pg from 'pg';
import { cache } from 'react';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { createBinder } from '../../lists/bind.ts';
import { walkOf } from '../../lists/keyset.ts';
import type { RawParams } from '../../lists/url-grammar.ts';
import type { Span, Window } from '../../lists/windows.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { cursorScope, eventResults, parseDeliveriesQuery } from './deliveries-query.ts';
import type { DeliveriesQuery, DeliveryResult } from './deliveries-query.ts';
import { branchesOf, isOfAllEvents, noFilters, unionOf } from './deliveries-sql.ts';
import type { DeliveryFilters } from './deliveries-sql.ts';
import { countMax, countRows, pageOf } from './list-page.ts';
import type { Count, Page } from './list-page.ts';
import { ofOrgs, some } from './of-orgs.ts';
import { readRolled } from './rolled-figures.ts';
import type { Rolled } from './rolled-figures.ts';
import { readDelivery } from './delivery-detail.ts';
import type { DeliveryDetail } from './delivery-detail.ts';
import { countUpTo, readTotal } from './delivery-counts.ts';
import { countOf, figureOf, less, summaryParts } from './delivery-figures.ts';
import type { Figure, PartRow } from './delivery-figures.ts';
import { rowOf, rowsSql } from './delivery-row.ts';
import type { DeliveryRow } from './delivery-row.ts';
import { partMs, partSql } from './window-parts.ts';

/** The log of deliveries, newest first: accepted events with what became of them, and what the gateway refused or answered again. */
export async function listDeliveries(staff: Staff, query: DeliveriesQuery): Promise<Page<DeliveryRow>> {
  assertCan(staff, 'federation');
  const { pool } = database();
  const through = now();
  const walk = walkOf(query.direction, query.isBefore);
  const [found, count, offset] = await Promise.all([
    readPage(pool, query, walk),
    readTotal(pool, query),
    countBefore(query),
  ]);
  const place = { ...query, scope: cursorScope(query) };
  return pageOf(found, place, ({ at, cursorId }) => ({ at, id: cursorId }), { count, offset, through });
}

/** How many lines of the log the filters have; undefined where counting took too long. */
export async function countMatching(staff: Staff, query: DeliveriesQuery): Promise<Count | undefined> {
  assertCan(staff, 'federation');
  return countUpTo(query);
}

/** The newest lines of the log. */
export async function listLatestDeliveries(
  staff: Staff,
  count: number,
  orgs: readonly string[] = [],
): Promise<readonly DeliveryRow[]> {
  assertCan(staff, 'federation');
  const { values, bind } = createBinder();
  const page = { walk: 'desc', cursor: undefined, limit: count } as const;
  const { rows } = await database().pool.query(
    rowsSql(unionOf(branchesOf({ ...noFilters, orgs }, undefined, bind), bind, page), 'desc', count),
    values,
  );
  return rows.map(rowOf);
}

/** All that is known of one line of the log; undefined where there is none of that id. */
export async function getDelivery(staff: Staff, id: string): Promise<DeliveryDetail | undefined> {
  assertCan(staff, 'federation');
  return readDelivery(database(), id);
}

export interface DeliveriesSummary {
  readonly window: Window;
  readonly partMs: number;
  /** Everything that was answered 200 as a new event, whatever became of it. */
  readonly accepted: Figure;
  readonly applied: Figure;
  readonly rejected: Figure;
  /** Accepted and not decided yet. */
  readonly waiting: Figure;
  readonly refused: Figure;
  /** Refused requests; equal ones of an unverified sender are one row of the log. */
  readonly refusedRequests: number;
  readonly through: number;
}

/** The figures above the log: of the same filters, in one window. Each is the count of the list it links to. */
export async function summarizeDeliveries(
  staff: Staff,
  filters: DeliveryFilters,
  window: Window,
): Promise<DeliveriesSummary> {
  assertCan(staff, 'federation');
  const { pool } = database();
  const through = now();
  const figure = (results: readonly DeliveryResult[]) => readFigure(pool, { ...filters, results }, window);
  const [accepted, waiting, rejected, refused] = await Promise.all([
    countAccepted(staff, filters, window),
    figure(['accepted']),
    figure(['rejected']),
    figure(['refused']),
  ]);
  const applied = less(less(accepted, waiting), rejected);
  return {
    window,
    partMs: partMs(window, summaryParts),
    accepted,
    applied,
    rejected,
    waiting,
    refused,
    refusedRequests: refused.requests,
    through,
  };
}

/** Of these figures what was answered 200 as a new event. */
export async function countAccepted(staff: Staff, filters: DeliveryFilters, window: Window): Promise<Figure> {
  assertCan(staff, 'federation');
  const asked = { ...filters, results: eventResults };
  const name = JSON.stringify([asked, window]);
  const known = acceptedOfRequest().get(name) ?? readFigure(database().pool, asked, window);
  acceptedOfRequest().set(name, known);
  return known;
}

/** The dashboard asks for the same in two places. */
const acceptedOfRequest = cache(() => new Map<string, Promise<Figure>>());

export interface CountOf {
  readonly name: string;
  readonly count: number;
}

/** Events of the window by type, the most frequent first. Reads one index range per type. */
export async function countByType(
  staff: Staff,
  types: readonly string[],
  span: Span,
  orgs: readonly string[] = [],
): Promise<readonly CountOf[]> {
  assertCan(staff, 'federation');
  const { rows } = await database().pool.query<CountOf>(
    `select t.name, c.count::int from unnest($1::text[]) as t (name)
     cross join lateral (select count(*) from event e where e.type = t.name and e.received_at >= $2 and e.received_at < $3${ofOrgs('e.org_id', orgs, 4)}) c
     where c.count > 0 order by c.count desc, t.name`,
    [types, new Date(span.from), new Date(span.to), ...some(orgs)],
  );
  return rows;
}

/** Refusals of the window by the contract's code. */
export async function countByCode(staff: Staff, span: Span, orgs: readonly string[] = []): Promise<readonly CountOf[]> {
  assertCan(staff, 'federation');
  const { rows } = await database().pool.query<CountOf>(
    `select code as name, count(*)::int as count from delivery_attempt
     where status >= 300 and at >= $1 and at < $2${ofOrgs('org_id', orgs, 3)} group by code order by 2 desc, 1`,
    [new Date(span.from), new Date(span.to), ...some(orgs)],
  );
  return rows;
}

/** How many lines of the log the parameters give, up to what a total tells. */
export async function countDeliveries(staff: Staff, params: RawParams, zone: string): Promise<Count | undefined> {
  assertCan(staff, 'federation');
  const query = parseDeliveriesQuery(params, { zone, now: now() });
  return countUpTo(query);
}

async function readPage(pool: pg.Pool, query: DeliveriesQuery, walk: 'asc' | 'desc'): Promise<DeliveryRow[]> {
  const { values, bind } = createBinder();
  const page = { walk, cursor: query.cursor, limit: query.size + 1 };
  const branches = branchesOf(query, query.range?.window, bind);
  if (branches.length === 0) return [];
  const { rows } = await pool.query(rowsSql(unionOf(branches, bind, page), walk, query.size + 1), values);
  return rows.map(rowOf);
}

/** How many rows stand before the page, for "51–100 of 8,214". */
async function countBefore(query: DeliveriesQuery): Promise<number | undefined> {
  const { cursor, isBefore, direction } = query;
  if (!cursor) return 0;
  const { values, bind } = createBinder();
  const walk = walkOf(direction, true);
  const page = { walk, cursor, limit: countMax + 1 };
  const branches = branchesOf(query, query.range?.window, bind);
  if (branches.length === 0) return 0;
  const counted = await countRows(unionOf(branches, bind, page), values);
  if (!counted || counted.isCapped) return undefined;
  // The cursor's own row ends the page before.
  return isBefore ? Math.max(0, counted.value - query.size) : counted.value + 1;
}

/** Of more lines than a list's total tells, from figures of days where these mean the same. */
async function readFigure(
  pool: pg.Pool,
  filters: DeliveryFilters,
  window: Window,
): Promise<Figure & { readonly requests: number }> {
  const size = partMs(window, summaryParts);
  const today = window.today && countOf(await countParts(pool, filters, window, window.today));
  const days = isOfAll(filters) ? await readRolled(pool, rolledOf(filters), window, summaryParts) : undefined;
  if (!days)
    return {
      ...figureOf(await countParts(pool, filters, window, { from: window.previous.from, to: window.to })),
      today,
    };
  const kept = days.rows.map(({ at = 0, count, minor }) => ({
    part: Math.floor((at - window.from) / size),
    count,
    requests: Number(minor ?? count),
  }));
  const rest = await Promise.all(days.rest.map((span) => countParts(pool, filters, window, span)));
  return { ...figureOf([...kept, ...rest.flat()]), today };
}

/** What of the log is known by days: all that came in, and all that was refused. */
function isOfAll(filters: DeliveryFilters): boolean {
  const { results, codes } = filters;
  if (!isOfAllEvents(filters) || codes.length > 0) return false;
  return results.includes('refused') || eventResults.every((one) => results.includes(one));
}

function rolledOf({ results }: DeliveryFilters): Rolled {
  const name = results.includes('refused') ? 'all.log.refused:' : 'all.log.accepted:';
  return { counts: [name], sums: [name], through: 'all.trail', orgs: [] };
}

async function countParts(
  pool: pg.Pool,
  filters: DeliveryFilters,
  window: Window,
  span: Span,
): Promise<readonly PartRow[]> {
  const { values, bind } = createBinder();
  const branches = branchesOf(filters, span, bind);
  if (branches.length === 0) return [];
  const from = bind(new Date(window.from));
  const text = `select ${partSql('r.at', from, bind(partMs(window, summaryParts)))} as part,
    count(*)::int as count, sum(r.repeats)::int as requests
    from (${unionOf(branches, bind)}) r where r.at >= ${from} or r.at < ${bind(new Date(window.previous.to))} group by 1`;
  const { rows } = await pool.query<PartRow>(text, values);
  return rows;
}
