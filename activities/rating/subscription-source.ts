import type pg from 'pg';
import { subscriptionCharges, type SubscriptionCharge } from '#domain/billing/subscription-charges';
import { wholeDecimal } from '#domain/decimal';
import type { SubscriptionChange } from '#domain/folds/subscription';
import { dayMs, type EpochMs } from '#domain/instants';
import { changeColumns, readChange, type SubscriptionChangeRow } from '#prisma/subscription-changes';
import { textArray } from '../array-parameters.ts';
import { groupBy } from '../billing/group-by.ts';
import type { SourceCharge, SourceRead } from './charges.ts';
import type { Agenda } from './periods-to-rate.ts';

export interface SubscriptionsRead {
  readonly sources: readonly SourceRead[];
  readonly charges: readonly SourceCharge[];
  /** When time alone makes an org's next charge due. */
  readonly nextAt: ReadonlyMap<string, EpochMs>;
}

/** A subscription without a change left has one row, of nothing. */
type ChangeRow = (SubscriptionChangeRow | { event_id: null }) & { org_id: string; subscription_id: string };

/** Whole periods and prorated changes of the orgs' subscriptions, as of the slot. One without a change left has no charge left. */
export async function readSubscriptions(client: pg.ClientBase, agendas: readonly Agenda[]): Promise<SubscriptionsRead> {
  if (agendas.length === 0) return { sources: [], charges: [], nextAt: new Map() };
  const byOrg = new Map(agendas.map((agenda) => [agenda.terms.orgId, agenda]));
  const { rows } = await client.query<ChangeRow>({
    name: 'load-changes',
    text: `select s.org_id, s.id as subscription_id, ${changeColumns('c')}
      from unnest($1::text[]) as o(id)
      cross join lateral (select * from subscription s where s.org_id = o.id offset 0) s
      left join lateral (select * from subscription_change c where c.org_id = s.org_id and c.subscription_id = s.id offset 0) c on true
      order by s.org_id, s.id, c.changed_at, c.event_id collate "C"`,
    values: [textArray([...byOrg.keys()])],
  });
  const histories = [
    ...groupBy(rows, ({ org_id, subscription_id }) => JSON.stringify([org_id, subscription_id])).values(),
  ];
  const sources: SourceRead[] = [];
  const charges: SourceCharge[] = [];
  const nextAt = new Map<string, EpochMs>();
  for (const history of histories) {
    const [first] = history;
    const of = first && byOrg.get(first.org_id);
    if (!of) continue;
    const source = `subscription:${first.subscription_id}`;
    const changes = history.flatMap((row) => (row.event_id === null ? [] : [readChange(row)]));
    const own = subscriptionCharges(
      { subscriptionId: first.subscription_id, changes, zoneAt: of.terms.zoneAt },
      of.asOf,
    );
    const { orgId } = of.terms;
    sources.push({ orgId, source });
    charges.push(...own.map((charge) => sourceCharge(orgId, source, first.subscription_id, changes, charge)));
    const next = nextChargeAt(changes, own, of.asOf);
    if (next !== undefined) nextAt.set(orgId, Math.min(next, nextAt.get(orgId) ?? Infinity));
  }
  return { sources, charges, nextAt };
}

function sourceCharge(
  orgId: string,
  source: string,
  subscriptionId: string,
  changes: readonly SubscriptionChange[],
  { sourceKey, kind, currency, amountMinor, period }: SubscriptionCharge,
): SourceCharge {
  const { plan } = changes.findLast(({ changedAt }) => changedAt <= period.start) ?? changes[0] ?? {};
  return {
    orgId,
    source,
    sourceKey,
    stream: 'subscriptions',
    currency,
    amountMinor,
    period,
    description: `${plan ?? subscriptionId}${kind === 'credit' ? ': credit for the days left' : ''}`,
    quantity: wholeDecimal(1n),
    detail: { subscriptionId, kind, plan },
  };
}

/** The next change that is known, or the end of the period under way; where a price too small to charge hides that, tomorrow. */
function nextChargeAt(
  changes: readonly SubscriptionChange[],
  charges: readonly SubscriptionCharge[],
  slotAt: EpochMs,
): EpochMs | undefined {
  const coming = changes.find(({ changedAt }) => changedAt > slotAt)?.changedAt;
  const { status, priceMinor } = changes.findLast(({ changedAt }) => changedAt <= slotAt) ?? {};
  const isRunning = (status === 'active' || status === 'past_due') && (priceMinor ?? 0) > 0;
  const ends = charges.map(({ period }) => period.end).filter((end) => end > slotAt);
  const renewal = isRunning ? Math.min(...(ends.length > 0 ? ends : [slotAt + dayMs])) : Infinity;
  const next = Math.min(renewal, coming ?? Infinity);
  return next === Infinity ? undefined : next;
}
