import { afterEach, beforeEach } from 'vitest';
import { hourMs } from '#domain/instants';
import { providersOf, startFakeStripe, type FakeStripe } from '#tests/payments/fake-stripe';
import { createWorld, expectBooksHold, makeInvoice, makePayer, takenFor, type World } from './world.ts';

/** Hour 0 of a test: the provider's clock and the slots count from here. */
export const start = Date.parse('2026-11-02T10:05:00Z');

export const hours = (n: number) => new Date(start + n * hourMs).toISOString();

export interface StripeSite {
  readonly stripe: FakeStripe;
  readonly world: World;
  /** The tick of so many hours after the start, by slot and clock. */
  tick(hour: number): Promise<Record<string, number>>;
  /** An org with the method, and an invoice of it that is due. `taken` asks the provider. */
  makeDue(
    token: string,
    amountMinor?: bigint,
    currency?: string,
  ): Promise<{ readonly orgId: string; readonly id: string; readonly taken: () => Promise<bigint[]> }>;
  /** What the gateway leaves of a webhook. */
  tell(id: string, type: string, objectRef: string): Promise<void>;
}

/** A database and a Stripe of its own for each test; after each the books must hold. */
export function useStripe(): StripeSite {
  let now: { readonly stripe: FakeStripe; readonly world: World } | undefined;
  const opened = () => {
    if (!now) throw new Error('outside of a test');
    return now;
  };
  beforeEach(async () => {
    const stripe = await startFakeStripe(start);
    now = { stripe, world: await createWorld(providersOf(stripe, 400), () => stripe.now) };
  });
  afterEach(async () => {
    const { stripe, world } = opened();
    await expectBooksHold(world);
    await world.close();
    await stripe.close();
  });
  return {
    get stripe() {
      return opened().stripe;
    },
    get world() {
      return opened().world;
    },
    tick(hour) {
      const { stripe, world } = opened();
      stripe.now = start + hour * hourMs;
      return world.tick(hours(hour));
    },
    async makeDue(token, amountMinor = 5_000n, currency = 'EUR') {
      const { world } = opened();
      const orgId = await makePayer(world, token, { provider: 'stripe' });
      const id = await makeInvoice(world, orgId, { amountMinor, currency });
      return { orgId, id, taken: () => takenFor(world.resources.providers, 'stripe', id) };
    },
    async tell(id, type, objectRef) {
      const { stripe, world } = opened();
      await world.admin.query(
        `insert into provider_event (provider, id, type, object_ref, received_at) values ('stripe', $1, $2, $3, $4) on conflict do nothing`,
        [id, type, objectRef, new Date(stripe.now)],
      );
    },
  };
}
