import 'server-only';
import { inTenants } from '#prisma/pool';
import { can } from '../../auth/access.ts';
import type { PageId } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { database } from '../../server/database.ts';
import { literally } from './found-rows.ts';

export const foundKinds = ['org', 'lead', 'invoice', 'subscription', 'purchase', 'incident', 'key'] as const;
export type FoundKind = (typeof foundKinds)[number];

export interface Found {
  readonly org: string;
  readonly id: string;
  readonly label: string;
  /** What tells it from others of the same name. */
  readonly hint: string;
}

interface FoundOfKind {
  readonly kind: FoundKind;
  readonly hits: readonly Found[];
}

export const hitsMax = 8;
/** One letter finds everything and nothing. */
const letterMin = 2;
const timeoutMs = 1_000;

interface Finder {
  /** Whoever may not see it finds nothing by it. */
  readonly page: PageId;
  /** `$1` is the beginning as typed, `$2` in small letters as a pattern. */
  readonly sql: string;
}

/** By id in each org, by the primary key: `>=` leads to the first that begins so. */
const byId = (
  table: string,
  label: string,
) => `select t.org_id as org, t.id, ${label} as label, o.name || ' · ' || t.id as hint
  from org o cross join lateral (select * from ${table} s where s.org_id = o.id and s.id >= $1 and starts_with(s.id, $1) order by s.id limit ${hitsMax}) t`;

const finders = {
  org: {
    page: 'leads',
    sql: `select o.id as org, o.id, o.name as label, o.id as hint from org o where lower(o.name) like $2 or starts_with(o.id, $1)`,
  },
  lead: {
    page: 'leads',
    sql: `(select t.org_id as org, t.id, coalesce(t.company, t.name, t.email, t.id) as label, o.name || ' · ' || t.id as hint from lead t join org o on o.id = t.org_id
        where lower(coalesce(t.company, t.name, t.email, t.id)) like $2 limit ${hitsMax})
      union (${byId('lead', 'coalesce(t.company, t.name, t.email, t.id)')} limit ${hitsMax})`,
  },
  invoice: {
    page: 'billing',
    // By its number, or the newest of whom it bills.
    sql: `(select t.org_id as org, t.id, t.number as label, o.name as hint from invoice t join org o on o.id = t.org_id
        where t.number like upper($2) and t.number is not null order by t.number, t.org_id, t.id limit ${hitsMax})
      union (select o.id, t.id, t.number, o.name from (select id, name from org where lower(name) like $2 order by lower(name), id limit ${hitsMax}) o
        cross join lateral (select * from invoice i where i.org_id = o.id and i.number is not null
          order by coalesce(i.issued_at, i.created_at) desc, i.id desc limit ${hitsMax}) t
        order by coalesce(t.issued_at, t.created_at) desc, t.id desc limit ${hitsMax})`,
  },
  subscription: { page: 'subscriptions', sql: byId('subscription', 't.id') },
  purchase: { page: 'addons', sql: byId('addon_purchase', 't.id') },
  incident: { page: 'incidents', sql: byId('incident', 'coalesce(t.title, t.id)') },
  key: {
    page: 'federation',
    sql: `select t.org_id as org, t.id, t.id as label, o.name as hint from federation_key t join org o on o.id = t.org_id where starts_with(t.id, $1)`,
  },
} as const satisfies Record<FoundKind, Finder>;

/** What begins with the text, of each kind that the member may see: eight at most. */
export async function findByPrefix(staff: Staff, text: string): Promise<readonly FoundOfKind[]> {
  const wanted = text.trim();
  if (wanted.length < letterMin) return [];
  const pattern = `${literally(wanted.toLowerCase())}%`;
  const kinds = foundKinds.filter((kind) => can(staff, finders[kind].page));
  // Half of them beside the other half: whoever types waits for the last.
  const half = Math.ceil(kinds.length / 2);
  const found = [kinds.slice(0, half), kinds.slice(half)].map((some) => findEach(some, wanted, pattern));
  return (await Promise.all(found)).flat();
}

async function findEach(kinds: readonly FoundKind[], wanted: string, pattern: string): Promise<readonly FoundOfKind[]> {
  return inTenants(
    database().pool,
    [],
    async (client) => {
      const found = [];
      for (const kind of kinds) {
        const { rows } = await client.query<Found>(
          `select org, id, label, hint from (${finders[kind].sql}) f where $1::text is not null and $2::text is not null
            order by lower(label), org, id limit ${hitsMax}`,
          [wanted, pattern],
        );
        found.push({ kind, hits: rows });
      }
      return found;
    },
    // A limit of eight tempts the planner to scan the table for them.
    { statement_timeout: `${timeoutMs}ms`, enable_seqscan: 'off' },
  );
}
