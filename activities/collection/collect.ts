import { mustAsk, noLongerDue, notCharged } from '#domain/billing/payments';
import type { ProviderCharge } from '#payments/provider';
import type { Counts, JobPhase, SlotAt } from '../jobs/job-phase.ts';
import { adoptUnbooked } from './adopt-charge.ts';
import { askForCharge, sendCharge } from './ask-provider.ts';
import { beginBySlot } from './begin-attempts.ts';
import { occasionOf, type Occasion } from './decide-book.ts';
import { dueIds } from './due-ids.ts';
import { listedLately, readOnTheirWay, writeCharges } from './import-charges.ts';
import { invoiceOf, orgOf, orgsOf, type InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { settleAttempt, type AttemptAnswer } from './settle-attempts.ts';
import { loadStandings, type Standing, type StoredAttempt } from './standing.ts';
import { inTenants } from '#prisma/pool';
import { withinLock } from './within-lock.ts';

/** Charges of a page: while the provider answers one page, another is written. How many calls it gets at once is its client's. */
const pageOfCharges = 20;

/**
 * Collects what is due: first collections and retries. The attempts are committed before the provider is called, the calls are outside of
 * any transaction, and what came of them is a second one.
 * Key: the attempt's row. One that is there already is never sent from here again; the provider is asked about it.
 */
export function collectionPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'collection',
    setSize: pageOfCharges,
    pageSize: pageOfCharges,
    waitsForOthers: true,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_collection', slot.at, range),
    async apply(ids, slot) {
      await readOnTheirWay(resources, ids.map(invoiceOf));
      const occasion = { ...occasionOf(resources, slot), madeAt: Math.max(slot.at, resources.now()) };
      const begun = await withinLock(resources.db, ids.map(invoiceOf), occasion, (book, standingOf) =>
        ids.map(invoiceOf).flatMap((name) => {
          const standing = standingOf(name);
          const attempt = standing && beginBySlot(book, standing);
          return attempt ? [{ ...name, standing, attempt }] : [];
        }),
      );
      const answered = await sendAll(resources, begun, slot);
      await settleAll(resources, answered, occasion);
      return countsOf(answered, { waiting: ids.length - begun.length });
    },
  };
}

interface Begun extends InvoiceName {
  readonly standing: Standing;
  readonly attempt: StoredAttempt;
}

/**
 * Where the provider's list was not read lately, the books may lack a charge, as after they were restored, whose key the provider has forgotten:
 * it is asked first. So it is where an attempt was taken for not charged: the provider may have it by now.
 */
async function sendAll(resources: CollectionResources, begun: readonly Begun[], { at }: SlotAt): Promise<Answered[]> {
  const listed = await listedLately(resources);
  return Promise.all(
    begun.map(async ({ orgId, invoiceId, standing, attempt }) => {
      const name = { orgId, invoiceId };
      const isDoubtful = standing.attempts.some(
        ({ failureCode }) => failureCode === notCharged || failureCode === noLongerDue,
      );
      const answer =
        listed.has(attempt.provider) && !isDoubtful
          ? await sendCharge(resources, name, attempt)
          : await askForCharge(resources, standing, attempt, at);
      return { ...name, attempt, answer };
    }),
  );
}

/** Asks the provider about attempts whose outcome is not known, and about those whose maker is gone. Key: as above. */
export function askingPhase(resources: CollectionResources): JobPhase {
  return {
    name: 'asking',
    setSize: pageOfCharges,
    pageSize: pageOfCharges,
    waitsForOthers: true,
    orgOf,
    due: (slot, range) => dueIds(resources.db, 'due_for_asking', slot.at, range),
    async apply(ids, slot) {
      const names = ids.map(invoiceOf);
      const standings = await inTenants(resources.db, orgsOf(names), (client) => loadStandings(client, names));
      const asked = await Promise.all(
        [...standings.values()].flatMap((standing) =>
          standing.attempts
            .filter((attempt) => mustAsk(attempt, slot.at))
            .map(async (attempt) => ({
              orgId: standing.orgId,
              invoiceId: standing.invoiceId,
              attempt,
              answer: await askForCharge(resources, standing, attempt, slot.at),
            })),
        ),
      );
      await settleAll(resources, asked, occasionOf(resources, slot));
      return countsOf(asked, {});
    },
  };
}

export interface Answered extends InvoiceName {
  readonly attempt: StoredAttempt;
  readonly answer: AttemptAnswer;
}

export async function settleAll(resources: CollectionResources, answered: readonly Answered[], occasion: Occasion) {
  if (answered.length === 0) return;
  const late = await withinLock(resources.db, answered, occasion, (book, standingOf) =>
    answered.filter((one) => {
      const standing = standingOf(one);
      // A charge that the books lacked comes first: it may be all that was due.
      if (standing) settleAttempt(book, adoptUnbooked(book, standing), one.attempt.ref, one.answer);
      const stands = standingOf(one)?.attempts.find(({ ref }) => ref === one.attempt.ref);
      return stands?.status === 'failed' && chargeOf(one)?.outcome.status === 'succeeded';
    }),
  );
  if (late.length > 0) await adoptLate(resources, late, occasion);
}

/** Charges of attempts that others had found failed meanwhile: the money was taken, and is booked as such. */
async function adoptLate({ db }: CollectionResources, late: readonly Answered[], occasion: Occasion) {
  for (const one of late) {
    const charge = chargeOf(one);
    if (charge) await writeCharges(db, one.attempt.provider, [charge]);
  }
  await withinLock(db, late, occasion, (book, standingOf) => {
    for (const standing of late.flatMap((one) => standingOf(one) ?? [])) adoptUnbooked(book, standing);
  });
}

function chargeOf({ answer }: Answered): ProviderCharge | undefined {
  return answer.status === 'known' ? answer.charge : undefined;
}

/** A charge that fails is a decline here: `failed` counts what the job itself failed at. */
function countsOf(answered: readonly Answered[], more: Counts): Counts {
  const counts: Record<string, number> = { attempts: answered.length, ...more };
  for (const { answer } of answered) {
    const status = answer.status === 'known' ? answer.charge.outcome.status : answer.status;
    const name = status === 'failed' ? 'declined' : status;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
