import { setTimeout as pause } from 'node:timers/promises';
import { mayBeOnItsWay, mayResend, noLongerDue, outcomeOfLookUp, pendingMsMax } from '#domain/billing/payments';
import { secondMs, type EpochMs } from '#domain/instants';
import { inTenants } from '#prisma/pool';
import type { ChargeAnswer, ChargeOrder, PaymentProvider, ProviderCharge } from '#payments/provider';
import { writeWithRefunds } from './import-charges.ts';
import { idOf, type InvoiceName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { chargedBefore, type AttemptAnswer } from './settle-attempts.ts';
import { dayOf, loadStandings, type Standing, type StoredAttempt } from './standing.ts';

type Asking = Pick<CollectionResources, 'db' | 'providers' | 'now'>;

const busyTriesMax = 3;
const busyWaitMsMax = 5 * secondMs;

/**
 * Sends a charge whose attempt was committed just now, and that nobody has sent before. A process that stood still in between, so long that others
 * ask about it, sends nothing: they may have found that there was no charge, or that it is not due any more, and begun the next attempt.
 */
export async function sendCharge(
  { providers, now }: Pick<Asking, 'providers' | 'now'>,
  name: InvoiceName,
  attempt: StoredAttempt,
): Promise<AttemptAnswer> {
  const provider = providers.get(attempt.provider);
  if (now() - attempt.startedAt > pendingMsMax) return { status: 'unanswered' };
  return provider ? chargePatiently(provider, orderOf(name, attempt)) : notConfigured;
}

/**
 * Asks for the truth about an attempt: the charge that the provider has; where it has none, the same charge again under the same key, which
 * cannot charge twice; or, once the key is about to be forgotten, nothing is due any more or the invoice was charged by an attempt that the
 * books lost, that there was no charge. While it may be on its way to the provider nobody can know that.
 */
export async function askForCharge(
  resources: Asking,
  standing: Standing,
  attempt: StoredAttempt,
  at: EpochMs,
): Promise<AttemptAnswer> {
  const provider = resources.providers.get(attempt.provider);
  if (!provider) return { status: 'unanswered' };
  const { key, startedAt: sentAt } = attempt;
  const { orgId, invoiceId } = standing;
  try {
    const charges = await provider.chargesOf({ orgId, invoiceId, key, sentAt });
    const own = charges.find((charge) => charge.key === key);
    if (own) return { status: 'known', charge: own };
    const lost = await askForLost(resources, provider, standing, charges);
    if (lost) return lost;
  } catch {
    return { status: 'unanswered' };
  }
  const now = resources.now();
  const isDue = standing.invoice.dueMinor >= attempt.amountMinor;
  if (isDue && isOfItsSlot(attempt) && mayResend(attempt, at) && mayResend(attempt, now))
    return chargePatiently(provider, orderOf(standing, attempt));
  if (mayBeOnItsWay(attempt, now)) return { status: 'unanswered' };
  return isDue ? notCharged() : { status: 'refused', decline: 'soft', code: noLongerDue };
}

/**
 * A charge of the invoice that the books do not explain, as after they were restored: it is written down, to be taken into them before the
 * attempt is settled, and nothing is sent beside it.
 */
async function askForLost(
  { db }: Asking,
  provider: PaymentProvider,
  { orgId, invoiceId, attempts }: Standing,
  charges: readonly ProviderCharge[],
): Promise<AttemptAnswer | undefined> {
  const strange = charges.filter(
    ({ ref, outcome }) => outcome.status !== 'failed' && !attempts.some(({ providerRef }) => providerRef === ref),
  );
  if (strange.length === 0) return undefined;
  if (strange.some(({ outcome }) => outcome.status === 'unknown')) return { status: 'unanswered' };
  await writeWithRefunds(db, provider, strange);
  const name = { orgId, invoiceId };
  const standings = await inTenants(db, [orgId], (client) => loadStandings(client, [name]));
  const isLost = (standings.get(idOf(name))?.unbooked.length ?? 0) > 0;
  return isLost ? { status: 'refused', decline: 'soft', code: chargedBefore } : undefined;
}

/** What is dated days after its slot was made by a clock that was ahead, and nobody knows how old its key is; or so late that it does not matter. */
function isOfItsSlot({ slotDay, startedAt }: StoredAttempt): boolean {
  return slotDay === undefined || dayOf(startedAt) - slotDay <= 1;
}

const notConfigured: AttemptAnswer = { status: 'busy', retryAfterMs: 0, code: 'provider_not_configured' };

function notCharged(): AttemptAnswer {
  const outcome = outcomeOfLookUp(undefined);
  if (outcome.status !== 'failed') throw new Error('what the provider does not have has failed');
  return { ...outcome, status: 'refused' };
}

/** A busy provider is asked again with the same key when it says so; what is still busy then waits for the next slot. */
async function chargePatiently(provider: PaymentProvider, order: ChargeOrder): Promise<ChargeAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await provider.charge(order);
    if (answer.status !== 'busy' || tries === busyTriesMax || answer.retryAfterMs > busyWaitMsMax) return answer;
    await pause(answer.retryAfterMs);
  }
}

function orderOf({ orgId, invoiceId }: InvoiceName, attempt: StoredAttempt): ChargeOrder {
  const { key, token, amountMinor, currency } = attempt;
  return { orgId, invoiceId, key, token, amountMinor, currency };
}
