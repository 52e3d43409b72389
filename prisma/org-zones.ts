import type pg from 'pg';
import { openZone, type Zone } from '#domain/billing/zones';
import type { EpochMs } from '#domain/instants';

/** The zones of orgs at any instant: the first holds for all that was before it. The connection must see the orgs. */
export async function readZones(db: pg.Pool | pg.ClientBase, orgIds: readonly string[]) {
  const { rows } = await db.query<{ org_id: string; name: string; from_ms: number }>({
    name: 'reconcile-zones',
    text: `select o.id as org_id, coalesce(z.time_zone, o.time_zone) as name, coalesce(extract(epoch from z.from_at)::float8 * 1000, 0) as from_ms
      from org o left join org_zone z on z.org_id = o.id where o.id = any($1) order by o.id, z.from_at`,
    values: [orgIds],
  });
  const opened = new Map<string, Zone>();
  const zones = new Map<string, { from: EpochMs; zone: Zone }[]>();
  for (const { org_id, name, from_ms } of rows) {
    const zone = opened.get(name) ?? openZone(name);
    if (!zone) throw new Error(`no time zone ${name}`);
    opened.set(name, zone);
    const own = zones.get(org_id);
    if (own) own.push({ from: from_ms, zone });
    else zones.set(org_id, [{ from: from_ms, zone }]);
  }
  return (orgId: string, at: EpochMs): Zone => {
    const own = zones.get(orgId) ?? [];
    const found = own.findLast(({ from }) => from <= at) ?? own[0];
    if (!found) throw new Error(`no org ${orgId}`);
    return found.zone;
  };
}
