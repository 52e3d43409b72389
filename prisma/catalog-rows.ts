import type pg from 'pg';
import { allowanceJson, priceJson, type Json } from '#domain/billing/catalogue-values';
import { entryKinds, keyOf, type Entry, type EntryKind } from '#domain/billing/catalogue-entries';
import { parseAllowance } from '#domain/billing/allowance';
import { parsePrice } from '#domain/billing/prices';
import { formatDecimal, parseDecimal } from '#domain/decimal';

interface Row {
  holder: string;
  meter?: string;
  from_ms?: number;
  members: Readonly<Record<string, Json>>;
}

const fromMs = '(extract(epoch from from_at) * 1000)::float8 as from_ms';
const untilMs = `'until', (extract(epoch from until_at) * 1000)::float8`;

const queries = {
  meter: `select id as holder, json_build_object('name', name, 'aggregation', aggregation, 'unit', unit) as members from meter order by id`,
  plan: `select id as holder, json_build_object('name', name, 'ai', ai_allowance) as members from plan order by id`,
  planPrice: `select plan_id as holder, meter, ${fromMs}, json_build_object(${untilMs}, 'price', price) as members from plan_price order by plan_id, meter, from_at`,
  org: `select o.id as holder, json_build_object('name', o.name, 'timeZone', o.time_zone, 'anchorDay', o.anchor_day, 'graceHours', o.grace_hours,
      'taxRate', o.tax_rate::text, 'dueDays', b.due_days, 'dunning', b.dunning_policy, 'businessHours', b.business_hours, 'paymentMethod',
      case when b.payment_token is not null then json_build_object('provider', b.payment_provider, 'token', b.payment_token) end) as members
    from org o join org_billing b on b.org_id = o.id where $1::text[] is null or o.id = any($1) order by o.id`,
  orgPlan: `select org_id as holder, ${fromMs}, json_build_object('plan', plan_id) as members from org_plan
    where $1::text[] is null or org_id = any($1) order by org_id, from_at`,
  orgPrice: `select org_id as holder, meter, ${fromMs}, json_build_object(${untilMs}, 'price', price) as members from org_price
    where $1::text[] is null or org_id = any($1) order by org_id, meter, from_at`,
} as const satisfies Record<EntryKind, string>;

/**
 * What the catalogue keeps, by key, in the order of kinds, holders, meters and days.
 * @param orgIds only what concerns these; all orgs where undefined
 */
export async function loadEntries(client: pg.ClientBase, orgIds?: readonly string[]): Promise<Map<string, Entry>> {
  const entries: Entry[] = [];
  for (const kind of entryKinds) {
    const { rows } = await client.query<Row>(queries[kind], queries[kind].includes('$1') ? [orgIds] : []);
    entries.push(...rows.map((row) => entryOf(kind, row)));
  }
  return new Map(entries.map((entry) => [keyOf(entry), entry]));
}

function entryOf(kind: EntryKind, { holder, meter, from_ms, members }: Row): Entry {
  return { kind, holder, meter, from: from_ms, members: { ...members, ...inOneForm(members) } };
}

/** What another hand wrote may say the same in another form. */
function inOneForm({ price, ai, taxRate }: Row['members']): Row['members'] {
  const [readPrice, readAi] = [parsePrice(price), parseAllowance(ai)];
  const rate = typeof taxRate === 'string' ? parseDecimal(taxRate) : undefined;
  return {
    ...(readPrice.ok && { price: priceJson(readPrice.value) }),
    ...(readAi.ok && { ai: allowanceJson(readAi.value) }),
    ...(rate && { taxRate: formatDecimal(rate) }),
  };
}
