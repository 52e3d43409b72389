import 'server-only';
import { decimal, formatDecimal, subtract } from '#domain/decimal';
import { computeBalances, readGrants } from '#prisma/credit-balances';
import { plusDays, utcDay } from '../../lists/buckets.ts';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database, framePool } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readMonth } from './ai-months.ts';
import type { OrgMonth } from './ai-months.ts';
import { readPartSeries } from './part-series.ts';
import type { PartsOverTime } from './part-series.ts';

/** What was sold, used and is left of an organisation's credits, as stored and as computed for the same instant. */
export interface CreditLine {
  readonly sold: string;
  readonly used: string;
  readonly expired: string;
  readonly overage: string;
  readonly remaining: string;
  readonly computed: string;
  readonly difference: string;
  readonly at: number;
}

export interface AiOrg {
  readonly org: { readonly id: string; readonly name: string };
  readonly month: OrgMonth | undefined;
  /** Undefined where it never had credits. */
  readonly credits: CreditLine | undefined;
}

/** Whether there is one, and how it is called. */
export async function findOrg(staff: Staff, orgId: string): Promise<AiOrg['org'] | undefined> {
  assertCan(staff, 'ai');
  const { rows } = await framePool().query<AiOrg['org']>('select id, name from org where id = $1', [orgId]);
  return rows[0];
}

export async function getAiOrg(staff: Staff, orgId: string): Promise<AiOrg | undefined> {
  assertCan(staff, 'ai');
  const { pool, prisma } = database();
  const [org, months, stored, grants] = await Promise.all([
    findOrg(staff, orgId),
    readMonth(pool, now(), [orgId]),
    prisma.creditBalance.findUnique({ where: { orgId } }),
    readGrants(pool, [orgId]),
  ]);
  if (!org) return undefined;
  const at = stored?.computedAt.getTime() ?? 0;
  const balances = stored ? await computeBalances(pool, grants, [{ orgId, at }]) : new Map<string, never>();
  const remaining = balances.get(orgId)?.remaining ?? decimal('0');
  return {
    org,
    month: months[0],
    credits: stored
      ? {
          sold: stored.granted.toFixed(),
          used: stored.used.toFixed(),
          expired: stored.expired.toFixed(),
          overage: stored.overage.toFixed(),
          remaining: stored.remaining.toFixed(),
          computed: formatDecimal(remaining),
          difference: formatDecimal(subtract(decimal(stored.remaining.toFixed()), remaining)),
          at,
        }
      : undefined,
  };
}

const courseDays = 30;

/** Credits of the last days by feature, the running one included. */
export async function readAiCourse(staff: Staff, orgId: string): Promise<PartsOverTime> {
  assertCan(staff, 'ai');
  const until = plusDays(utcDay(now()), 1);
  const span = { from: plusDays(until, -courseDays), until };
  return readPartSeries(database().pool, { name: 'ai.by_feature', span, interval: 'day', orgIds: [orgId] });
}
