import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBooks } from '#tests/support/invariants';
import { openCommandSite, type CommandSite } from './command-site.ts';

let site: CommandSite;

beforeAll(async () => {
  site = await openCommandSite();
});

afterAll(() => site.close());

const amount = fc.integer({ min: 1, max: 1_300 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('credit_note'), amount }),
  fc.record({ kind: fc.constant('refund'), amount }),
  fc.record({ kind: fc.constantFrom('void', 'write_off', 'give_up', 'retry_payment'), amount }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Told = Parameters<CommandSite['makeInvoice']>[0];

/** Each kind is done at least once, whatever chance has for the rest. */
const reached: readonly Step[][] = [
  [
    { kind: 'credit_note', amount: 100 },
    { kind: 'void', amount: 1 },
  ],
  [
    { kind: 'retry_payment', amount: 1 },
    { kind: 'refund', amount: 100 },
  ],
  [
    { kind: 'give_up', amount: 1 },
    { kind: 'write_off', amount: 1 },
  ],
];

test('whatever staff do to an invoice in whatever order, it adds up, and the ledger says the same (M1 to M7)', async () => {
  const tokens: fc.Arbitrary<string> = fc.constantFrom(
    'pm_ok',
    'pm_ok',
    'pm_declined_soft',
    'pm_soft_then_ok_1',
    'pm_timeout_charged',
  );
  const lines = fc.array(
    fc.record({ stream: fc.constantFrom('leads', 'usage', 'addons', 'ai'), minor: fc.integer({ min: 1, max: 500 }) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  );
  const seen = new Map<string, number>();
  const live = async (token: string, told: Told, credit: number, steps: readonly Step[]) => {
    const { orgId, invoiceId } = await site.makeInvoice(told, token, credit);
    for (const { kind, amount: asked } of steps) {
      if (kind === 'give_up') {
        await site.admin.query(
          "update invoice set status = 'uncollectible' where org_id = $1 and id = $2 and status = 'open'",
          [orgId, invoiceId],
        );
        continue;
      }
      const more = kind === 'credit_note' || kind === 'refund' ? { amountMinor: String(asked) } : {};
      const { status } = await site.execute(orgId, await site.orderAny(orgId, kind, { invoiceId, ...more }));
      seen.set(`${kind} ${status}`, (seen.get(`${kind} ${status}`) ?? 0) + 1);
    }
    await expectBooks(site.admin);
  };
  for (const steps of reached) await live('pm_ok', [{ stream: 'usage', minor: 1_000 }], 0, steps);
  await fc.assert(
    fc.asyncProperty(
      tokens,
      lines,
      fc.constantFrom(0, 0, 1, 600),
      fc.array(step, { minLength: 1, maxLength: 8 }),
      live,
    ),
    { numRuns: 40 },
  );
  for (const kind of ['credit_note', 'refund', 'void', 'write_off', 'retry_payment'])
    expect(seen.get(`${kind} done`) ?? 0, kind).toBeGreaterThan(0);
}, 120_000);
