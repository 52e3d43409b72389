import 'server-only';
import { dayMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { countDeliveries } from './federation.service.ts';
import { incidentsList } from './incidents-list.ts';
import { incidentsSource } from './incidents-source.ts';
import { leadsList } from './leads-list.ts';
import { leadsSource } from './leads.service.ts';
import { countRows } from './list-page.ts';
import type { Count } from './list-page.ts';
import { countUpTo } from './list-source.ts';

/** What waits on a page for someone. */
export interface Badge {
  readonly count: Count;
  /** Whether a promise is broken already. */
  readonly isBreach: boolean;
}

/** More than these nobody counts at a glance. */
const bound = { rows: 999, timeoutMs: 150 };

const told = () => ({ zone: 'UTC', now: now() });

const badges = {
  /** Converted and on no invoice. */
  leads: async () => {
    const query = leadsList.parse({ status: 'converted', billing: 'unbilled' }, told());
    return badgeOf(await countUpTo(database().pool, leadsSource, query, bound));
  },
  /** Past their resolution target, or due within the hour. */
  incidents: async () => {
    const countOf = (sla: string) =>
      countUpTo(database().pool, incidentsSource, incidentsList.parse({ sla }, told()), bound);
    const [breaching, all] = await Promise.all([countOf('breaching'), countOf('breaching,due')]);
    return badgeOf(all, (breaching?.value ?? 0) > 0);
  },
  /** Steps of dunning that fall due today. */
  billing: async () => {
    const endOfDay = (Math.floor(now() / dayMs) + 1) * dayMs;
    const due = `select 1 from dunning_case
      where next_at < $1 and closed_at is null and (paused_at is null or paused_until < $1)`;
    return badgeOf(await countRows(database().pool, due, [new Date(endOfDay)], bound));
  },
  /** Requests of the last day that were refused, or whose event was rejected. */
  federation: async (staff: Staff) =>
    badgeOf(await countDeliveries(staff, { result: 'rejected,refused', from: '24h' }, 'UTC', bound)),
} as const satisfies Partial<Record<PageId, (staff: Staff) => Promise<Badge | undefined>>>;

/** undefined where nothing waits, or where counting took longer than it may. */
export async function readBadge(staff: Staff, page: PageId): Promise<Badge | undefined> {
  assertCan(staff, page);
  const known: Partial<Record<PageId, (asker: Staff) => Promise<Badge | undefined>>> = badges;
  return known[page]?.(staff);
}

function badgeOf(count: Count | undefined, isBreach = false): Badge | undefined {
  return count && count.value > 0 ? { count, isBreach } : undefined;
}
