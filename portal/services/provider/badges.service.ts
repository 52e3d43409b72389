import 'server-only';
import { dayMs } from '#domain/instants';
import { can } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { now } from '../../server/now.ts';
import { parseDeliveriesQuery } from './deliveries-query.ts';
import { boundedRows as boundedLines } from './delivery-counts.ts';
import { incidentsList } from './incidents-list.ts';
import { incidentsSource } from './incidents-source.ts';
import { leadsList } from './leads-list.ts';
import { leadsSource } from './leads.service.ts';
import { countEach, countRows } from './list-page.ts';
import type { Count, RowsQuery } from './list-page.ts';
import { boundedRows } from './list-source.ts';

/** Pages on which something can wait for someone. */
export const waitingPages = ['leads', 'incidents', 'billing', 'federation'] as const satisfies readonly PageId[];
export type WaitingPage = (typeof waitingPages)[number];

/** What waits on a page. */
export interface Badge {
  readonly count: Count;
  /** Whether a promise is broken already. */
  readonly isBreach: boolean;
}

/** More than these nobody counts at a glance. */
const bound = { rows: 999 };

interface Waiting {
  readonly page: WaitingPage;
  readonly rows: RowsQuery;
  /** Those of them whose promise is broken. */
  readonly broken?: RowsQuery;
}

/** Of each page that the member may open. Nothing where nothing waits, or where counting took longer than it may. */
export async function readBadges(staff: Staff): Promise<ReadonlyMap<WaitingPage, Badge>> {
  const waiting = waitingRows().filter(({ page }) => can(staff, page));
  const queries = waiting.flatMap(({ rows, broken }) => [rows, ...(broken ? [broken] : [])]);
  // One statement for all of them stands on every page; where one takes too long the others are counted without it.
  const counts: readonly (Count | undefined)[] =
    (await countEach(queries, bound)) ??
    (await Promise.all(queries.map(({ text, values }) => countRows(text, values, bound))));
  const countOf = (rows: RowsQuery | undefined) => (rows ? counts[queries.indexOf(rows)] : undefined);
  return new Map(
    waiting.flatMap(({ page, rows, broken }) => {
      const count = countOf(rows);
      return count && count.value > 0 ? [[page, { count, isBreach: (countOf(broken)?.value ?? 0) > 0 }] as const] : [];
    }),
  );
}

function waitingRows(): readonly Waiting[] {
  const told = { zone: 'UTC', now: now() };
  const incidents = (sla: string) => boundedRows(incidentsSource, incidentsList.parse({ sla }, told), bound.rows);
  const unbilled = leadsList.parse({ status: 'converted', billing: 'unbilled' }, told);
  const lines = parseDeliveriesQuery({ result: 'rejected,refused', from: '24h' }, told);
  const refused = boundedLines(lines, lines.range?.window, bound.rows);
  const endOfDay = new Date((Math.floor(now() / dayMs) + 1) * dayMs);
  return [
    // Converted and on no invoice.
    { page: 'leads', rows: boundedRows(leadsSource, unbilled, bound.rows) },
    // Past their resolution target, or due within the hour.
    { page: 'incidents', rows: incidents('breaching,due'), broken: incidents('breaching') },
    // Steps of dunning that fall due today.
    {
      page: 'billing',
      rows: {
        text: `select 1 from dunning_case
          where next_at < $1 and closed_at is null and (paused_at is null or paused_until < $1)`,
        values: [endOfDay],
      },
    },
    // Requests of the last day that were refused, or whose event was rejected.
    ...(refused ? [{ page: 'federation', rows: refused } as const] : []),
  ];
}
