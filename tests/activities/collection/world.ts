import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { writeLedger } from '#activities/billing/write-ledger';
import { dunningPhases } from '#activities/collection/dunning-phases';
import type { Notice, NoticeChannel } from '#activities/collection/notices/channel';
import type { CollectionResources } from '#activities/collection/resources';
import type { JobPhase, SlotAt } from '#activities/jobs/job-phase';
import { entriesOf } from '#domain/billing/ledger';
import type { BilledStream } from '#domain/billing/streams';
import type { Providers } from '#payments/provider';
import { checkInvariants } from '#prisma/invariants';
import { createPool, inTenants } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { createDatabase, type TestDatabase } from '#tests/support/database';
import { expectBooks } from '#tests/support/invariants';

/** Where a test arranges and looks. */
export interface Books {
  readonly admin: pg.Pool;
  readonly worker: pg.Pool;
}

export interface World extends Books {
  readonly url: string;
  readonly notices: Notice[];
  readonly resources: CollectionResources;
  /** One dunning tick, as a run of the job does it. */
  tick(at: string, phases?: readonly string[]): Promise<Record<string, number>>;
  close(): Promise<void>;
}

/** A database of its own with the phases of the dunning tick. `now` is what the clock says: where it is not told the latest slot, and never ahead. */
export async function createWorld(providers: Providers, now?: () => number): Promise<World> {
  return openWorld(await createDatabase(), providers, now);
}

/** The same in a database that there is, which goes with it. */
export function openWorld(database: TestDatabase, providers: Providers, told?: () => number): World {
  let latest = Date.now();
  const now = told ?? (() => Math.min(latest, Date.now()));
  const admin = openAdmin(database.url);
  const worker = createPool({ url: database.url, role: 'worker', max: 8, applicationName: 'test-collection' });
  const notices: Notice[] = [];
  const notify: NoticeChannel[] = ['log', 'smtp'].map((name) => ({
    name,
    async send(notice) {
      notices.push(notice);
    },
  }));
  const phases = dunningPhases(worker, providers, notify, now);
  return {
    url: database.url,
    admin,
    worker,
    notices,
    resources: { db: worker, providers, notify, now },
    tick(at, only) {
      const slot = slotAt(at);
      latest = slot.at;
      return runTick(
        phases.filter(({ name }) => only?.includes(name) ?? true),
        slot,
      );
    },
    async close() {
      await worker.end();
      await admin.end();
      await database.drop();
    },
  };
}

/** A slot of the dunning tick, from `2026-11-24T10` or a whole instant. */
export function slotAt(text: string): SlotAt {
  const at = Date.parse(text.length === 13 ? `${text}:05:00Z` : text);
  return { slot: new Date(at).toISOString().slice(0, 13), at, isForced: false };
}

export async function runTick(phases: readonly JobPhase[], slot: SlotAt): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const phase of phases) {
    const ids = await phase.due(slot, undefined);
    for (let from = 0; from < ids.length; from += phase.setSize) {
      for (const [name, n] of Object.entries(await phase.apply(ids.slice(from, from + phase.setSize), slot)))
        counts[name] = (counts[name] ?? 0) + n;
    }
  }
  return counts;
}

export interface ToldInvoice {
  readonly amountMinor?: bigint;
  readonly currency?: string;
  readonly dueAt?: string;
  readonly stream?: BilledStream;
  readonly sourceKey?: string;
  readonly source?: string;
}

/** An org with a payment method of the sandbox's. */
export async function makePayer(world: Books, token: string | undefined, more: Record<string, unknown> = {}) {
  const orgId = `org-${randomBytes(5).toString('hex')}`;
  await world.admin.query('insert into org (id, name) values ($1, $1)', [orgId]);
  const { provider = 'sandbox', policy } = more;
  await world.admin.query(
    `update org_billing set payment_token = $2, payment_provider = case when $2::text is null then null else $3 end, dunning_policy = $4
     where org_id = $1`,
    [orgId, token ?? null, provider, policy === undefined ? null : JSON.stringify(policy)],
  );
  return orgId;
}

/** An open invoice of an org as closing leaves it: numbered, issued in the ledger, due. */
export async function makeInvoice(world: Books, orgId: string, told: ToldInvoice = {}): Promise<string> {
  const { amountMinor = 10_000n, currency = 'EUR', dueAt = '2026-11-01T00:00:00Z', stream = 'usage' } = told;
  const id = `inv_${randomBytes(12).toString('base64url').slice(0, 22)}`;
  const amount = String(amountMinor);
  await world.admin.query(
    `with given as (update invoice_counter set last_number = last_number + 1 returning 'INV-' || lpad(last_number::text, 6, '0') as number)
     insert into invoice (org_id, id, source, ref, status, number, currency, subtotal_minor, total_minor, due_minor, issued_at, due_at, created_at, version)
     select $1, $2, 'rated', $2, 'open', number, $3, $4, $4, $4, $5, $5, $5, 1 from given`,
    [orgId, id, currency, amount, dueAt],
  );
  await world.admin.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at, source)
     values ($1, $2, $3, $4, 'line', $5, $6, $7)`,
    [orgId, id, told.sourceKey ?? `test:${id}`, stream, amount, dueAt, told.source],
  );
  const parts = { leads: 0n, subscriptions: 0n, usage: 0n, addons: 0n, ai: 0n, tax: 0n, [stream]: amountMinor };
  const issued = { fact: 'issued', parts } as const;
  await inTenants(world.worker, [orgId], (client) =>
    writeLedger(client, [
      {
        orgId,
        transactionId: `issued:${id}`,
        fact: 'issued',
        invoiceId: id,
        currency,
        at: Date.parse(dueAt),
        entries: entriesOf(issued),
      },
    ]),
  );
  return id;
}

export async function invoiceOf(world: Books, id: string) {
  const { rows } = await world.admin.query<{ status: string; paid: number; due: number; overpaid: number }>(
    `select status, paid_minor::int as paid, due_minor::int as due, overpaid_minor::int as overpaid from invoice where id = $1`,
    [id],
  );
  return rows[0];
}

export async function paymentsOf(world: Books, id: string) {
  const { rows } = await world.admin.query<Record<string, unknown>>(
    `select ref, status, trigger, failure_code as code, decline, asked from payment where invoice_id = $1 order by attempt, ref`,
    [id],
  );
  return rows;
}

export async function caseOf(world: Books, id: string) {
  const { rows } = await world.admin.query<Record<string, unknown>>(
    `select state, steps_left, closed_by, stopped_on::text, exhausted_on::text, next_at, closed_at is not null as is_closed
     from dunning_case where invoice_id = $1`,
    [id],
  );
  return rows[0];
}

export async function auditOf(world: Books, id: string): Promise<string[]> {
  const { rows } = await world.admin.query<{ action: string }>(
    'select action from audit_log where subject = $1 order by seq',
    [`invoice/${id}`],
  );
  return rows.map(({ action }) => action);
}

/** What collection must keep: totals, states, payments, refunds, ledger, and one charge for one attempt. */
export async function expectBooksHold(world: Books): Promise<void> {
  await expectBooks(world.admin);
}

/** The invoices that an invariant names now. */
export async function brokenBy(world: Books, invariant: string): Promise<string[]> {
  const results = await checkInvariants(world.admin, { isQuiesced: false });
  const found = results.filter(({ id }) => id === invariant);
  return found.flatMap(({ violations }) => violations.map(({ subject }) => subject)).toSorted();
}

/** What the provider itself says it took for an invoice: the judge of whether anybody was charged twice. */
export async function takenFor(providers: Providers, provider: string, invoiceId: string): Promise<bigint[]> {
  const taken: bigint[] = [];
  for await (const page of providers.get(provider)?.chargesSince(0) ?? []) {
    for (const charge of page)
      if (charge.chargedFor?.invoiceId === invoiceId && charge.outcome.status === 'succeeded')
        taken.push(charge.amountMinor);
  }
  return taken;
}
