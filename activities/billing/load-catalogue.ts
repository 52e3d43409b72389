import type pg from 'pg';
import { aggregations, type Aggregation } from '#domain/billing/aggregation';
import { parseAllowance, type Allowance } from '#domain/billing/allowance';
import { parsePrice, type DatedPrice, type Price } from '#domain/billing/prices';
import type { EpochMs } from '#domain/instants';
import type { Parsed } from '#domain/issues';
import { textArray } from '../array-parameters.ts';
import { msOf } from '../instant-text.ts';
import { groupBy } from './group-by.ts';

export interface PlanSpan {
  readonly from: EpochMs;
  readonly until?: EpochMs | undefined;
  readonly planId: string | undefined;
}

type PricesByMeter = ReadonlyMap<string, readonly DatedPrice[]>;

/** What the catalogue holds for some orgs. Prices and allowances are read when they are first asked for: a bad one fails who needs it. */
export interface Catalogue {
  readonly aggregations: ReadonlyMap<string, Aggregation>;
  readonly plansOf: (orgId: string) => readonly PlanSpan[];
  readonly planPrices: (planId: string | undefined) => PricesByMeter;
  readonly ownPrices: (orgId: string) => PricesByMeter;
  readonly allowanceOf: (planId: string | undefined) => Allowance | undefined;
}

interface PlanRow {
  org_id: string;
  from_ms: number;
  plan_id: string | null;
}

interface PriceRow {
  holder: string;
  meter: string;
  from_ms: number;
  until_ms: number | null;
  price: unknown;
}

const noPrices: PricesByMeter = new Map();
const dates = `${msOf('from_at')} as from_ms, ${msOf('until_at')} as until_ms`;

export async function loadCatalogue(client: pg.ClientBase, orgIds: readonly string[]): Promise<Catalogue> {
  const plans = await loadPlans(client, orgIds);
  const planIds = [...new Set([...plans.values()].flat().flatMap(({ planId }) => planId ?? []))];
  const own = await loadPrices(
    client,
    'load-org-prices',
    `select org_id as holder, meter, ${dates}, price from org_price
    where org_id = any($1)`,
    orgIds,
  );
  const ofPlans = await loadPrices(
    client,
    'load-plan-prices',
    `select plan_id as holder, meter, ${dates}, price from plan_price
    where plan_id = any($1)`,
    planIds,
  );
  const allowances = await loadAllowances(client, planIds);
  return {
    aggregations: await loadAggregations(client),
    plansOf: (orgId) => plans.get(orgId) ?? [],
    planPrices: (planId) => (planId === undefined ? noPrices : (ofPlans.get(planId) ?? noPrices)),
    ownPrices: (orgId) => own.get(orgId) ?? noPrices,
    allowanceOf: (planId) => (planId === undefined ? undefined : allowances.get(planId)?.()),
  };
}

/** What was checked before it was kept. @throws Error when it cannot be read all the same */
export function readKept<T>(what: string, parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  const [issue] = parsed.issues;
  throw new Error(`${what}: ${issue?.path ?? ''} ${issue?.message ?? 'cannot be read'}`);
}

async function loadPlans(client: pg.ClientBase, orgIds: readonly string[]): Promise<Map<string, PlanSpan[]>> {
  const { rows } = await client.query<PlanRow>({
    name: 'load-org-plans',
    text: `select org_id, ${msOf('from_at')} as from_ms, plan_id from org_plan where org_id = any($1)
      order by org_id, from_at`,
    values: [textArray(orgIds)],
  });
  const byOrg = groupBy(rows, ({ org_id }) => org_id);
  return new Map([...byOrg].map(([orgId, own]) => [orgId, own.map(spanOf)]));
}

/** A plan ends where the next begins. */
function spanOf({ from_ms, plan_id }: PlanRow, index: number, rows: readonly PlanRow[]): PlanSpan {
  return { from: from_ms, until: rows[index + 1]?.from_ms, planId: plan_id ?? undefined };
}

async function loadPrices(client: pg.ClientBase, name: string, text: string, holders: readonly string[]) {
  if (holders.length === 0) return new Map<string, PricesByMeter>();
  const { rows } = await client.query<PriceRow>({ name, text, values: [textArray(holders)] });
  const byHolder = groupBy(rows, ({ holder }) => holder);
  return new Map([...byHolder].map(([holder, own]) => [holder, byMeter(own)]));
}

function byMeter(rows: readonly PriceRow[]): PricesByMeter {
  const grouped = groupBy(rows, ({ meter }) => meter);
  return new Map([...grouped].map(([meter, own]) => [meter, own.map(datedPriceOf)]));
}

function datedPriceOf({ holder, meter, from_ms, until_ms, price: kept }: PriceRow): DatedPrice {
  let price: Price | undefined;
  return {
    from: from_ms,
    until: until_ms ?? undefined,
    get price() {
      price ??= readKept(`price of ${meter} in ${holder}`, parsePrice(kept));
      return price;
    },
  };
}

async function loadAllowances(client: pg.ClientBase, planIds: readonly string[]) {
  const { rows } = await client.query<{ id: string; ai_allowance: unknown }>({
    name: 'load-allowances',
    text: 'select id, ai_allowance from plan where id = any($1) and ai_allowance is not null',
    values: [textArray(planIds)],
  });
  return new Map(
    rows.map(({ id, ai_allowance }) => {
      let allowance: Allowance | undefined;
      return [id, () => (allowance ??= readKept(`AI allowance of ${id}`, parseAllowance(ai_allowance)))] as const;
    }),
  );
}

async function loadAggregations(client: pg.ClientBase): Promise<Map<string, Aggregation>> {
  const { rows } = await client.query<{ id: string; aggregation: string }>({
    name: 'load-aggregations',
    text: 'select id, aggregation from meter',
  });
  return new Map(
    rows.flatMap(({ id, aggregation: kept }) => {
      const aggregation = aggregations.find((known) => known === kept);
      return aggregation ? [[id, aggregation] as const] : [];
    }),
  );
}
