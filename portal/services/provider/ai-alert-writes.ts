import 'server-only';
import { appendAsStaff } from '#prisma/append-as-staff';
import { inTenants } from '#prisma/pool';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';

interface AlertsChange {
  readonly action: keyof typeof statements;
  /** Its first day. */
  readonly month: string;
  readonly orgIds: readonly string[];
  /** Of alerts, the level beside each organisation; organisations are muted as a whole. */
  readonly levels?: readonly number[];
  /** What the audit says beside the level. */
  readonly detail?: object;
}

interface Changed {
  readonly org_id: string;
  readonly level: number | null;
}

/** Changes alerts, or who is told of them, with an entry in the audit for each that changed, in one transaction. Gives those. */
export function changeAlerts(
  staff: Staff,
  { action, month, orgIds, levels, detail }: AlertsChange,
): Promise<readonly Changed[]> {
  const { text, hasActor } = statements[action];
  const values = [orgIds, month, ...(levels ? [levels] : []), ...(hasActor ? [staff.email] : [])];
  return inTenants(database().pool, [...new Set(orgIds)].toSorted(), async (client) => {
    const { rows } = await client.query<Changed>(text, values);
    const entries = rows.map(({ org_id, level }) => ({
      org_id,
      action,
      subject: `ai/${month}`,
      detail: { ...(level !== null && { level }), ...detail },
    }));
    await appendAsStaff(client, staff.sessionId, entries);
    return rows;
  });
}

const ofAlerts = `from unnest($1::text[], $3::int[]) p (org_id, level)
  where a.org_id = p.org_id and a.level = p.level and a.month = $2 and a.acknowledged_at`;

/** What is so already is not changed. */
const statements = {
  'ai.acknowledged': {
    text: `update ai_alert a set acknowledged_at = clock_timestamp(), acknowledged_by = $4 ${ofAlerts} is null returning a.org_id, a.level`,
    hasActor: true,
  },
  'ai.acknowledgement_withdrawn': {
    text: `update ai_alert a set acknowledged_at = null, acknowledged_by = null ${ofAlerts} is not null returning a.org_id, a.level`,
    hasActor: false,
  },
  'ai.muted': {
    text: `insert into ai_mute (org_id, month, muted_by, muted_at) select o.id, $2, $3, clock_timestamp() from org o where o.id = any ($1)
      on conflict do nothing returning org_id, null as level`,
    hasActor: true,
  },
  'ai.unmuted': {
    text: 'delete from ai_mute where org_id = any ($1) and month = $2 returning org_id, null as level',
    hasActor: false,
  },
} as const;
