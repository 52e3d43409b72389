import Stripe from 'stripe';
import { z } from 'zod';

/** What a webhook tells: that something happened to an object. What it is now, the object itself is asked. */
export interface ToldEvent {
  readonly id: string;
  readonly type: string;
  /** The intent that the event is about; undefined for what is no concern of ours. */
  readonly objectRef: string | undefined;
}

/** How old a signature may be. */
const toleranceS = 300;

const idPattern = /^[A-Za-z0-9_]{1,255}$/;
const eventSchema = z.object({
  id: z.string().regex(idPattern),
  type: z.string().min(1).max(128),
  data: z.object({
    object: z.object({ object: z.string(), id: z.string(), payment_intent: z.string().nullish() }),
  }),
});

/**
 * Reads a webhook whose signature over the raw bytes is sound and fresh; undefined otherwise, whatever is wrong.
 * @param receivedAtS seconds since 1970, by our clock
 */
export function readWebhook(
  raw: Buffer,
  signature: string,
  secret: string,
  receivedAtS: number,
): ToldEvent | undefined {
  if (!isSigned(raw, signature, secret, receivedAtS)) return undefined;
  const told = eventSchema.safeParse(parsed(raw));
  if (!told.success) return undefined;
  const { id, type, data } = told.data;
  const ref = data.object.object === 'payment_intent' ? data.object.id : (data.object.payment_intent ?? undefined);
  return { id, type, objectRef: ref !== undefined && idPattern.test(ref) ? ref : undefined };
}

/** The library checks the age in one direction only: what is signed for a time to come is refused here. */
function isSigned(raw: Buffer, signature: string, secret: string, receivedAtS: number): boolean {
  const signedAtS = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature)?.[1]);
  if (!(signedAtS - receivedAtS < toleranceS)) return false;
  try {
    Stripe.webhooks.constructEvent(raw, signature, secret, toleranceS, undefined, receivedAtS * 1_000);
    return true;
  } catch {
    return false;
  }
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}
