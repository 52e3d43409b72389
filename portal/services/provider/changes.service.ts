import 'server-only';
import { assertCan } from '../../auth/access.ts';
import type { Staff } from '../../auth/session.ts';
import type { Bind } from '../../lists/bind.ts';
import type { ListQuery } from '../../lists/define-list.ts';
import type { Window } from '../../lists/windows.ts';
import { metricFilters } from '../../metrics/metric.ts';
import { changeMetrics } from '../../metrics/revenue.ts';
import { database } from '../../server/database.ts';
import { now } from '../../server/now.ts';
import { changesList } from './changes-list.ts';
import type { ChangeFilters } from './changes-list.ts';
import { currencyOrder } from './currency-order.ts';
import { figureOf, readEachBeside } from './list-figures.ts';
import type { ListFigure } from './list-figures.ts';
import type { Page } from './list-page.ts';
import { readList, readOne } from './list-source.ts';
import type { ListSource, RowKey } from './list-source.ts';
import { movementKinds } from './mrr.ts';
import type { MovementKind } from './mrr.ts';
import type { Sums } from './money-sums.ts';
import { readRolledEach } from './rolled-figures.ts';
import type { Rolled } from './rolled-figures.ts';

/** The terms of a subscription before or after a change. */
export interface Terms {
  readonly plan: string | undefined;
  readonly status: string;
  readonly priceMinor: bigint | undefined;
  readonly interval: string | undefined;
  readonly quantity: bigint;
}

/** A change of a subscription that moved the MRR of its organisation. */
export interface ChangeRow {
  readonly key: RowKey;
  readonly org: { readonly id: string; readonly name: string };
  readonly subscriptionId: string;
  readonly eventId: string;
  readonly kind: MovementKind;
  /** With its sign. */
  readonly deltaMinor: bigint;
  readonly currency: string;
  readonly before: Terms | undefined;
  readonly after: Terms | undefined;
  /** The member of staff who ordered it; undefined where the organisation told it. */
  readonly actor: string | undefined;
  readonly reason: string | undefined;
}

interface StoredTerms {
  readonly plan: string | null;
  readonly status: string;
  readonly price: string | null;
  readonly interval: string | null;
  readonly quantity: string;
}

interface Stored {
  readonly org_id: string;
  readonly org_name: string;
  readonly subscription_id: string;
  readonly event_id: string;
  readonly kind: MovementKind;
  readonly delta: string;
  readonly currency: string;
  readonly before: StoredTerms | null;
  readonly after: StoredTerms | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

/** The amount of a movement, below 0 where it took away. */
export const signedMinor = `case when t.kind in ('contraction', 'churn') then -t.amount_minor else t.amount_minor end`;
const terms = (alias: string) =>
  `json_build_object('plan', ${alias}.plan, 'status', ${alias}.status, 'price', ${alias}.price_minor::text, 'interval', ${alias}.interval,
    'quantity', ${alias}.quantity::text)`;

export const changeSums = {
  delta: { minor: signedMinor, currency: 't.currency' },
} satisfies Sums;

export const changesSource: ListSource<ChangeFilters, Stored, ChangeRow> = {
  table: 'mrr_movement',
  at: 'at',
  id: { column: 'event_id', type: 'text' },
  isIdAlone: true,
  lists: ({ kinds, orgs }) => ({ 't.kind': kinds, 't.org_id': orgs }),
  // By id of the subscription in every org.
  where: ({ q }: ChangeFilters, bind: Bind) =>
    q === undefined ? [] : [`(t.org_id, t.subscription_id) in (select o.id, ${bind(q)} from org o)`],
  columns: `t.org_id, o.name as org_name, t.subscription_id, t.event_id, t.kind, ${signedMinor}::text as delta, t.currency,
    case when was.event_id is not null then ${terms('was')} end as before, case when c.event_id is not null then ${terms('c')} end as after,
    s.actor, s.reason`,
  joins: `join org o on o.id = t.org_id
    left join subscription_change c on c.org_id = t.org_id and c.event_id = t.event_id
    left join lateral (
      select * from subscription_change w where w.org_id = c.org_id and w.subscription_id = c.subscription_id and w.changed_at <= c.changed_at
        and (w.changed_at, w.event_id collate "C") < (c.changed_at, c.event_id collate "C")
      order by w.changed_at desc, w.event_id collate "C" desc limit 1) was on true
    left join event e on e.org_id = t.org_id and e.id = t.event_id
    left join staff_command s on s.org_id = e.org_id and s.id = case when e.key_id = 'staff' then e.request_id::uuid end`,
  sums: changeSums,
  rolledSums: (filters) => {
    const kinds = filters.kinds.length > 0 ? filters.kinds : movementKinds;
    const delta = kinds.flatMap((kind) => rolledOf(filters, kind) ?? []);
    return delta.length > 0 ? { delta } : {};
  },
  rowOf: (stored, key) => ({
    key,
    org: { id: stored.org_id, name: stored.org_name },
    subscriptionId: stored.subscription_id,
    eventId: stored.event_id,
    kind: stored.kind,
    deltaMinor: BigInt(stored.delta),
    currency: stored.currency,
    before: termsOf(stored.before),
    after: termsOf(stored.after),
    actor: stored.actor ?? undefined,
    reason: stored.reason ?? undefined,
  }),
};

function termsOf(stored: StoredTerms | null): Terms | undefined {
  return stored === null
    ? undefined
    : {
        plan: stored.plan ?? undefined,
        status: stored.status,
        priceMinor: stored.price === null ? undefined : BigInt(stored.price),
        interval: stored.interval ?? undefined,
        quantity: BigInt(stored.quantity),
      };
}

export async function listChanges(staff: Staff, query: ListQuery<ChangeFilters>): Promise<Page<ChangeRow>> {
  assertCan(staff, 'subscriptions');
  return readList(database().pool, changesSource, query);
}

export async function getChange(staff: Staff, id: string): Promise<ChangeRow | undefined> {
  assertCan(staff, 'subscriptions');
  return readOne(database().pool, changesSource, id);
}

/** What the changes of a window come to, together and of each kind; together they add up to the minor unit. */
export interface ChangesSummary {
  readonly net: ListFigure;
  readonly moved: Readonly<Record<MovementKind, ListFigure>>;
}

export async function summarizeChanges(
  staff: Staff,
  query: Pick<ListQuery<unknown>, 'params' | 'zone'>,
  window: Window,
): Promise<ChangesSummary> {
  assertCan(staff, 'subscriptions');
  const { pool } = database();
  const asked = movementKinds.map((kind) => {
    const filters = metricFilters(changesList, changeMetrics[kind], query, now());
    return { kind, filters, rolled: rolledOf(filters, kind) };
  });
  const days = await readRolledEach(
    pool,
    asked.flatMap(({ rolled }) => rolled ?? []),
    window,
  );
  const parts = asked.map(({ filters }, at) => ({ filters, days: days[at] }));
  const [order, rows] = await Promise.all([
    currencyOrder(pool),
    readEachBeside(pool, changesSource, parts, window, changeSums.delta),
  ]);
  const told = asked.map(({ kind }, at) => [kind, rows[at] ?? []] as const);
  const moved = new Map(told.map(([kind, own]) => [kind, figureOf(own, window, order)]));
  const of = (kind: MovementKind) => moved.get(kind) ?? figureOf([], window, order);
  const { kinds } = metricFilters(changesList, changeMetrics.net, query, now());
  const counted = told.filter(([kind]) => kinds.length === 0 || kinds.includes(kind));
  return {
    net: figureOf(
      counted.flatMap(([, own]) => own),
      window,
      order,
    ),
    moved: {
      new: of('new'),
      expansion: of('expansion'),
      reactivation: of('reactivation'),
      contraction: of('contraction'),
      churn: of('churn'),
    },
  };
}

/** Days and movements are written together, so that all kinds are read from days where all of them are many. */
function rolledOf({ q, orgs }: ChangeFilters, kind: MovementKind): Rolled | undefined {
  if (q !== undefined) return undefined;
  const days = [`mrr.${kind}`];
  return {
    counts: days,
    sums: days,
    among: movementKinds.map((one) => `mrr.${one}`),
    times: kind === 'contraction' || kind === 'churn' ? -1n : 1n,
    orgs,
  };
}
