import { isUnsettled } from '#domain/billing/payments';
import { inTenants } from '#prisma/pool';
import { askForCharge } from './ask-provider.ts';
import { settleAll } from './collect.ts';
import { idOf, type Actor, type PaymentName } from './names.ts';
import type { CollectionResources } from './resources.ts';
import { loadStandings } from './standing.ts';

/**
 * Sends the charge of an attempt that was committed before, and books what came of it. Key: the attempt's row and its provider's key: asked
 * for first, so that one that was sent already, by a try of this activity that died, is found and not sent twice.
 * @returns how the attempt stands afterwards; undefined for one that there is not
 */
export async function settlePayment(
  resources: CollectionResources,
  name: PaymentName,
  actor: Actor,
): Promise<'pending' | 'succeeded' | 'failed' | 'unknown' | undefined> {
  const { db, notify } = resources;
  const before = await readAttempt(resources, name);
  if (!before || !isUnsettled(before.attempt)) return before?.attempt.status;
  const { standing, attempt } = before;
  const at = attempt.startedAt;
  const answer = await askForCharge(resources, standing, attempt, at);
  const { orgId, invoiceId } = name;
  await settleAll({ ...resources, db }, [{ orgId, invoiceId, attempt, answer }], {
    at,
    actor,
    channels: notify.map((channel) => channel.name),
  });
  return (await readAttempt(resources, name))?.attempt.status;
}

async function readAttempt({ db }: CollectionResources, name: PaymentName) {
  const standings = await inTenants(db, [name.orgId], (client) => loadStandings(client, [name]));
  const standing = standings.get(idOf(name));
  const attempt = standing?.attempts.find(({ ref }) => ref === name.ref);
  return standing && attempt && { standing, attempt };
}
