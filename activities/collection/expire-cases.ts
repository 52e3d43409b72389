import { actOf, endCase } from '#domain/billing/dunning';
import { giveUp } from '#domain/billing/invoice';
import { isUnsettled } from '#domain/billing/payments';
import { isRefusal } from '#domain/billing/refusals';
import { inTenants } from '#prisma/pool';
import type { JobPhase } from '../jobs/job-phase.ts';
import { occasionOf } from './decide-book.ts';
import { adoptUnbooked } from './adopt-charge.ts';
import { note, putCase, putInvoice, type Book } from './book.ts';
import { dueIds } from './due-ids.ts';
import { readOnTheirWay } from './import-charges.ts';
import { invoiceOf, orgOf, orgsOf } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { isHeld } from './standing-disputes.ts';
import { dayOf, type Standing } from './standing.ts';
import { decideAndWrite } from './within-lock.ts';

const casesAtOnce = 100;

/**
 * Ends cases whose grace is over by what the org's policy says. Key: the case's state, which ends once.
 * `uncollectible` gives the invoice up. `cancel_subscription` and `past_due` leave it due. Subscriptions are the tenant's own: their state
 * comes from the tenant's events alone, so that a cancellation is put on record, with the subscriptions that the invoice bills, for staff and
 * tenant to carry out.
 */
export function expiryPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'expiry',
    setSize: casesAtOnce,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_expiry', slot.at, range),
    async apply(ids, slot) {
      const names = ids.map(invoiceOf);
      await readOnTheirWay(resources, names);
      return inTenants(resources.db, orgsOf(names), async (client) => {
        const { rows } = await client.query<{ id: string; subscriptions: string[] }>(subscriptionsOf, [
          names.map(({ orgId }) => orgId),
          names.map(({ invoiceId }) => invoiceId),
        ]);
        const billed = new Map(rows.map((row) => [row.id, row.subscriptions]));
        const ended = await decideAndWrite(client, names, occasionOf(resources, slot), (book, standingOf) =>
          names.filter((name) => {
            const standing = standingOf(name);
            return standing !== undefined && expire(book, adoptUnbooked(book, standing), billed);
          }),
        );
        return { ended: ended.length };
      });
    },
  };
}

const subscriptionsOf = `select l.org_id || ':' || l.invoice_id as id, array_agg(distinct substr(l.source, length('subscription:') + 1)) as subscriptions
  from unnest($1::text[], $2::text[]) as w (org_id, invoice_id)
    join invoice_line l on l.org_id = w.org_id and l.invoice_id = w.invoice_id and l.stream = 'subscriptions'
  group by 1`;

/** Nothing ends over a charge that the books cannot explain, which may be what was due, nor over a dispute. */
function expire(book: Book, standing: Standing, billed: ReadonlyMap<string, readonly string[]>): boolean {
  const { dunning, unbooked, isBeingCharged, isParked } = standing;
  if (!dunning || isParked || unbooked.length > 0 || isBeingCharged || isHeld(standing)) return false;
  const act = actOf(dunning, dayOf(book.at), standing.attempts.some(isUnsettled));
  if (act.do !== 'end') return false;
  const { orgId, invoiceId } = standing;
  const subscriptions = billed.get(`${orgId}:${invoiceId}`) ?? [];
  const isCancelling = act.endState === 'cancel_subscription';
  note(book, standing, 'dunning.ended', {
    endState: act.endState,
    ...(isCancelling && { subscriptions }),
  });
  const ended = putCase(book, standing, endCase(dunning));
  if (act.endState === 'uncollectible') {
    const given = giveUp(ended.invoice);
    if (!isRefusal(given)) putInvoice(book, ended, given);
  }
  book.notices.push({ orgId, caseId: standing.caseId, step: dunning.policy.retryDays.length + 1 });
  return true;
}
