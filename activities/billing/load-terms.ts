import type pg from 'pg';
import type { Aggregation } from '#domain/billing/aggregation';
import type { Allowance } from '#domain/billing/allowance';
import { defaultPolicy, parsePolicy, type DunningPolicy } from '#domain/billing/dunning-policy';
import { priceInForce, type DatedPrice, type Price } from '#domain/billing/prices';
import type { Zone } from '#domain/billing/zones';
import { parseDecimal, type Decimal } from '#domain/decimal';
import type { EpochMs } from '#domain/instants';
import { textArray } from '../array-parameters.ts';
import { msOf } from '../instant-text.ts';
import { groupBy } from './group-by.ts';
import { loadCatalogue, readKept, type Catalogue, type PlanSpan } from './load-catalogue.ts';
import { zoneNamed } from './zone-named.ts';

/** How an org is billed: its own settings with what the catalogue says for it. */
export interface OrgTerms {
  readonly orgId: string;
  readonly anchorDay: number;
  readonly graceHours: number;
  readonly taxRate?: Decimal | undefined;
  /** The zone whose clocks were the org's at the instant. */
  readonly zoneAt: (at: EpochMs) => Zone;
  /** The latest. */
  readonly zone: Zone;
  readonly dueDays: number;
  readonly dunningPolicy: DunningPolicy;
  /** In order; `planId` undefined from when on the org has none. */
  readonly plans: readonly PlanSpan[];
  /** What time alone makes due begins here: with a plan that holds from a day on, or, where it holds from ever on, with the org. */
  readonly billedFrom: EpochMs;
  readonly planAt: (at: EpochMs) => string | undefined;
  readonly aggregationOf: (meter: string) => Aggregation | undefined;
  /** The price that rates a period. @throws Error for one that cannot be read */
  readonly priceAt: (meter: string, periodStart: EpochMs) => Price | undefined;
  /** The meters for which a price is in force, in the order of their names. */
  readonly metersAt: (periodStart: EpochMs) => string[];
  readonly allowanceAt: (at: EpochMs) => Allowance | undefined;
  readonly closedThrough?: EpochMs | undefined;
  /** -Infinity where it was never computed; undefined where nothing is due. */
  readonly nextRatingAt?: EpochMs | undefined;
  readonly nextCloseAt?: EpochMs | undefined;
}

interface OrgRow {
  id: string;
  created_at: number;
  time_zone: string;
  anchor_day: number;
  grace_hours: number;
  tax_rate: string | null;
  due_days: number;
  dunning_policy: unknown;
  closed_through: number | null;
  next_rating_at: number | null;
  next_close_at: number | null;
}

interface ZoneRow {
  org_id: string;
  from_ms: number;
  time_zone: string;
}

/** The terms of orgs that the transaction speaks for, by org. One statement a table, whatever the number of orgs. */
export async function loadTerms(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, OrgTerms>> {
  const { rows } = await client.query<OrgRow>({
    name: 'load-terms',
    text: `select o.id, ${msOf('o.created_at')} as created_at, o.time_zone, o.anchor_day, o.grace_hours, o.tax_rate, b.due_days, b.dunning_policy,
        ${msOf('b.closed_through')} as closed_through,
        ${msOf('b.next_rating_at')} as next_rating_at,
        ${msOf('b.next_close_at')} as next_close_at
      from org o join org_billing b on b.org_id = o.id where o.id = any($1)`,
    values: [textArray(orgIds)],
  });
  const zones = await loadZones(client, orgIds);
  const catalogue = await loadCatalogue(client, orgIds);
  return new Map(rows.map((row) => [row.id, termsOf(row, zones.get(row.id) ?? [], catalogue)]));
}

async function loadZones(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, ZoneRow[]>> {
  const { rows } = await client.query<ZoneRow>({
    name: 'load-terms-zones',
    text: `select org_id, ${msOf('from_at')} as from_ms, time_zone from org_zone where org_id = any($1)
      order by org_id, from_at`,
    values: [textArray(orgIds)],
  });
  return groupBy(rows, ({ org_id }) => org_id);
}

/** Methods, not functions as values: the loader of TypeScript gives each of those its name again, for every org. */
function termsOf(row: OrgRow, zones: readonly ZoneRow[], catalogue: Catalogue): OrgTerms {
  const orgId = row.id;
  const plans = catalogue.plansOf(orgId);
  const zone = zoneNamed(zones.at(-1)?.time_zone ?? row.time_zone);
  return {
    orgId,
    anchorDay: row.anchor_day,
    graceHours: row.grace_hours,
    taxRate: row.tax_rate === null ? undefined : parseDecimal(row.tax_rate),
    zone,
    zoneAt(at) {
      return zoneAt(zones, at) ?? zone;
    },
    dueDays: row.due_days,
    dunningPolicy:
      row.dunning_policy === null
        ? defaultPolicy
        : readKept(`dunning policy of ${orgId}`, parsePolicy(row.dunning_policy)),
    plans,
    billedFrom: billedFrom(plans, row.created_at),
    planAt(at) {
      return planAt(plans, at);
    },
    aggregationOf(meter) {
      return catalogue.aggregations.get(meter);
    },
    priceAt(meter, periodStart) {
      const ofPlan = catalogue.planPrices(planAt(plans, periodStart)).get(meter) ?? [];
      return priceInForce(periodStart, catalogue.ownPrices(orgId).get(meter) ?? [], ofPlan);
    },
    metersAt(periodStart) {
      return metersAt(catalogue, orgId, planAt(plans, periodStart), periodStart);
    },
    allowanceAt(at) {
      return catalogue.allowanceOf(planAt(plans, at));
    },
    closedThrough: row.closed_through ?? undefined,
    nextRatingAt: row.next_rating_at ?? undefined,
    nextCloseAt: row.next_close_at ?? undefined,
  };
}

function planAt(plans: readonly PlanSpan[], at: EpochMs): string | undefined {
  return plans.findLast(({ from }) => from <= at)?.planId;
}

function billedFrom(plans: readonly PlanSpan[], createdAt: EpochMs): EpochMs {
  return plans.reduce((earliest, { from }) => (Number.isFinite(from) ? Math.min(earliest, from) : earliest), createdAt);
}

/** The first zone holds for all that was before it. */
function zoneAt(zones: readonly ZoneRow[], at: EpochMs): Zone | undefined {
  const row = zones.findLast(({ from_ms }) => from_ms <= at) ?? zones[0];
  return row && zoneNamed(row.time_zone);
}

function metersAt(catalogue: Catalogue, orgId: string, planId: string | undefined, at: EpochMs): string[] {
  const held = new Set<string>();
  for (const byMeter of [catalogue.ownPrices(orgId), catalogue.planPrices(planId)])
    for (const [meter, prices] of byMeter) if (prices.some((price) => isInForce(price, at))) held.add(meter);
  return [...held].toSorted();
}

function isInForce({ from, until }: DatedPrice, at: EpochMs): boolean {
  return from <= at && (until === undefined || at < until);
}
