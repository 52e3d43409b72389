import 'server-only';
import { parseAllowance } from '#domain/billing/allowance';
import { parsePrice } from '#domain/billing/prices';
import type { EpochMs } from '#domain/instants';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import { priceLines, quantity } from '../../format/prices.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { distinctValues } from './distinct-values.ts';
import { hasWords } from './found-rows.ts';
import { firstPlace, readWalked } from './walked-source.ts';
import type { WalkedPage, WalkedSource } from './walked-source.ts';

export interface PlanRow {
  readonly id: string;
  readonly name: string;
  /** Organisations whose plan it is now. */
  readonly orgs: number;
  readonly credits: string | undefined;
  readonly isHardCap: boolean;
  readonly prices: readonly PriceRow[];
}

export interface PriceRow {
  /** Whose it is: a plan's id, or an organisation's. */
  readonly holder: string;
  readonly holderName: string;
  readonly meter: string;
  readonly from: EpochMs;
  readonly until: EpochMs | undefined;
  /** Undefined where the row cannot be read as a price. */
  readonly lines: readonly string[] | undefined;
}

export interface MeterRow {
  readonly id: string;
  readonly name: string;
  readonly aggregation: string;
  readonly unit: string | undefined;
}

export interface CatalogueView {
  readonly plans: readonly PlanRow[];
  readonly meters: readonly MeterRow[];
  /** Of add-ons that were sold: they are the tenants' own, no catalogue lists them. */
  readonly skus: readonly string[];
}

/** What is sold at which price, now and from later days on; prices that are over are left out. */
export async function readCatalogue(staff: Staff): Promise<CatalogueView> {
  assertCan(staff, 'settings', 'plans');
  const { pool } = database();
  const at = new Date(now());
  const [plans, meters, planPrices, skus] = await Promise.all([
    pool.query(
      `select p.id, p.name, p.ai_allowance, (select count(*)::int from (
           select distinct on (o.org_id) o.org_id, o.plan_id from org_plan o where o.from_at <= $1 order by o.org_id, o.from_at desc) n
         where n.plan_id = p.id) as orgs
       from plan p order by p.id`,
      [at],
    ),
    pool.query('select id, name, aggregation, unit from meter order by id'),
    pool.query(
      `select p.plan_id as holder, l.name as holder_name, p.meter, m.unit, p.from_at, p.until_at, p.price
       from plan_price p join plan l on l.id = p.plan_id join meter m on m.id = p.meter
       where p.until_at is null or p.until_at > $1 order by p.plan_id, p.meter, p.from_at`,
      [at],
    ),
    distinctValues(pool, 'addon_purchase', 'sku'),
  ]);
  const prices = planPrices.rows.map(priceOf);
  return {
    plans: plans.rows.map((row) => planOf(row, prices)),
    meters: meters.rows.map((row) => ({ ...row, unit: row.unit ?? undefined })),
    skus,
  };
}

/** Prices of organisations that are in force, or will be. */
export function overridesSource(
  staff: Staff,
): WalkedSource<{ readonly q?: string | undefined }, PriceStored, PriceRow> {
  assertCan(staff, 'settings', 'plans');
  return {
    from: 'org_price p join org o on o.id = p.org_id join meter m on m.id = p.meter',
    columns: 'p.org_id as holder, o.name as holder_name, p.meter, m.unit, p.from_at, p.until_at, p.price',
    keys: [
      { sql: 'p.org_id', type: 'text' },
      { sql: 'p.meter', type: 'text' },
      { sql: 'p.from_at', type: 'timestamptz' },
    ],
    direction: 'asc',
    where: ({ q }, bind) => [
      `(p.until_at is null or p.until_at > ${bind(new Date(now()))})`,
      ...hasWords(q, ['p.org_id', 'o.name', 'p.meter'], bind),
    ],
    rowOf: priceOf,
  };
}

export async function listOverrides(staff: Staff, q?: string, place = firstPlace): Promise<WalkedPage<PriceRow>> {
  return readWalked(database().pool, overridesSource(staff), { q }, place);
}

interface PlanStored {
  readonly id: string;
  readonly name: string;
  readonly ai_allowance: unknown;
  readonly orgs: number;
}

function planOf({ id, name, ai_allowance: stored, orgs }: PlanStored, prices: readonly PriceRow[]): PlanRow {
  const allowance = parseAllowance(stored);
  return {
    id,
    name,
    orgs,
    credits: allowance.ok ? quantity(allowance.value.credits) : undefined,
    isHardCap: allowance.ok && allowance.value.isHardCap,
    prices: prices.filter(({ holder }) => holder === id),
  };
}

interface PriceStored {
  readonly holder: string;
  readonly holder_name: string;
  readonly meter: string;
  readonly unit: string | null;
  readonly from_at: Date | number;
  readonly until_at: Date | null;
  readonly price: unknown;
}

function priceOf({
  holder,
  holder_name: holderName,
  meter,
  unit,
  from_at: from,
  until_at: until,
  price,
}: PriceStored): PriceRow {
  const read = parsePrice(price);
  return {
    holder,
    holderName,
    meter,
    // A price without a day holds from ever on: minus infinity in its row.
    from: typeof from === 'number' ? from : from.getTime(),
    until: until?.getTime(),
    lines: read.ok ? priceLines(read.value, unit ?? meter) : undefined,
  };
}
