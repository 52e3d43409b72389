import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { readMonth } from './ai-months.ts';
import type { OrgMonth } from './ai-months.ts';

/** A level of the running month's limit that an organisation reached. */
export interface AiAlertRow {
  readonly org: { readonly id: string; readonly name: string };
  readonly level: number;
  readonly reachedAt: number;
  readonly notifiedAt: number | undefined;
  readonly acknowledgedAt: number | undefined;
  readonly acknowledgedBy: string | undefined;
  readonly isMuted: boolean;
  /** Undefined where the plan has no allowance any more. */
  readonly month: OrgMonth | undefined;
}

const shownMax = 200;

/** Of the running month, highest level first; of some levels and organisations, or of all. */
export async function listAiAlerts(
  staff: Staff,
  { alerts, orgs }: { readonly alerts: readonly string[]; readonly orgs: readonly string[] },
): Promise<readonly AiAlertRow[]> {
  assertCan(staff, 'ai');
  const { pool, prisma } = database();
  const month = new Date(`${monthOf(now())}T00:00:00Z`);
  const found = await prisma.aiAlert.findMany({
    where: {
      month,
      ...(alerts.length > 0 && { level: { in: alerts.map(Number) } }),
      ...(orgs.length > 0 && { orgId: { in: [...orgs] } }),
    },
    orderBy: [{ level: 'desc' }, { firedAt: 'desc' }, { orgId: 'asc' }],
    take: shownMax,
    include: { org: { select: { name: true } } },
  });
  const ids = [...new Set(found.map(({ orgId }) => orgId))];
  const [mutes, months] = await Promise.all([
    prisma.aiMute.findMany({ where: { month, orgId: { in: ids } }, select: { orgId: true } }),
    ids.length === 0 ? [] : readMonth(pool, now(), ids),
  ]);
  const muted = new Set(mutes.map(({ orgId }) => orgId));
  const byOrg = new Map(months.map((one) => [one.org.id, one]));
  return found.map((row) => ({
    org: { id: row.orgId, name: row.org.name },
    level: row.level,
    reachedAt: row.firedAt.getTime(),
    notifiedAt: row.notifiedAt?.getTime(),
    acknowledgedAt: row.acknowledgedAt?.getTime(),
    acknowledgedBy: row.acknowledgedBy ?? undefined,
    isMuted: muted.has(row.orgId),
    month: byOrg.get(row.orgId),
  }));
}

/** The first day of an instant's UTC month. */
export function monthOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 7)}-01`;
}
