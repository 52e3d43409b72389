import 'server-only';
import { decimal, formatDecimal, subtract, sum } from '#domain/decimal';
import { computeBalances, readGrants } from '#prisma/credit-balances';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import { database } from '../../server/database.ts';
import type { CreditFilters } from './billing-lists.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';

interface StoredCredit {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  readonly granted: string;
  readonly used: string;
  readonly expired: string;
  /** As it is stored. */
  readonly remaining: string;
  readonly overage: string;
  readonly computedAt: number;
}

export interface CreditRow extends StoredCredit {
  /** Of what was granted, what was given and what was bought. */
  readonly given: string;
  readonly purchased: string;
  /** From grants and uses alone, as of when the balance was stored. */
  readonly computed: string;
  /** Stored - computed: not 0 is an alert. */
  readonly difference: string;
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly granted: string;
  readonly used: string;
  readonly expired: string;
  readonly remaining: string;
  readonly overage: string;
  readonly computed_at: Date;
}

export const creditsSource: ListSource<CreditFilters, Stored, StoredCredit> = {
  table: 'listed_credit',
  at: 'created_at',
  id: { column: 'id', type: 'text' },
  isIdAlone: true,
  lists: ({ orgs }) => ({ 't.org_id': orgs }),
  where: ({ q }, bind) => (q === undefined ? [] : [`t.org_id = ${bind(q)}`]),
  columns: `t.org_id, o.name as org_name, trim_scale(t.granted)::text as granted, trim_scale(t.used)::text as used,
    trim_scale(t.expired)::text as expired, trim_scale(t.remaining)::text as remaining, trim_scale(t.overage)::text as overage, t.computed_at`,
  joins: 'join org o on o.id = t.org_id',
  rowOf: (stored, key) => ({
    key,
    org: { id: stored.org_id, name: stored.org_name },
    granted: stored.granted,
    used: stored.used,
    expired: stored.expired,
    remaining: stored.remaining,
    overage: stored.overage,
    computedAt: stored.computed_at.getTime(),
  }),
};

export async function listCredits(staff: Staff, query: ListQuery<CreditFilters>): Promise<Page<CreditRow>> {
  assertCan(staff, 'billing');
  const page = await readList(database().pool, creditsSource, query);
  return { ...page, rows: await computed(page.rows) };
}

export async function getCredit(staff: Staff, id: string): Promise<CreditRow | undefined> {
  assertCan(staff, 'billing');
  const row = await readOne(database().pool, creditsSource, id);
  return row && (await computed([row]))[0];
}

/** Counts the credits of a page's organisations again, from their grants and every use. */
async function computed(rows: readonly StoredCredit[]): Promise<readonly CreditRow[]> {
  const { pool } = database();
  const grants = await readGrants(
    pool,
    rows.map(({ org }) => org.id),
  );
  const balances = await computeBalances(
    pool,
    grants,
    rows.map(({ org, computedAt }) => ({ orgId: org.id, at: computedAt })),
  );
  return rows.map((row) => {
    const held = (grants.get(row.org.id) ?? []).filter(({ grantedAt }) => grantedAt <= row.computedAt);
    const purchased = sum(held.filter(({ source }) => source === 'purchase').map(({ credits }) => credits));
    const balance = balances.get(row.org.id);
    const remaining = balance?.remaining ?? decimal('0');
    return {
      ...row,
      given: formatDecimal(subtract(decimal(row.granted), purchased)),
      purchased: formatDecimal(purchased),
      computed: formatDecimal(remaining),
      difference: formatDecimal(subtract(decimal(row.remaining), remaining)),
    };
  });
}
