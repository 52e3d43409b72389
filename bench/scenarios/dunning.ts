import { join } from 'node:path';
import type pg from 'pg';
import { dunningPhases } from '#activities/collection/dunning-phases';
import { freePort } from '#deploy/services/ports';
import { startService } from '#deploy/services/service';
import { programArgs } from '#deploy/steps/build-programs';
import type { PaymentProvider } from '#payments/provider';
import { callsAtOnce, createProviders } from '#payments/config';
import { createPool } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { formatSpread, spreadOf } from '../figures.ts';
import { runPhase, timedMs } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';

export interface DunningFigures {
  readonly charges: number;
  readonly tickMs: number;
  /** The provider's answers to as many charges, as many at once, with nothing of ours around them. */
  readonly providerMs: number;
}

const answerMs = 50;
/** As a worker runs them. */
const pagesAtOnce = 4;
const timeoutMs = 10_000;
const slot = { slot: '2026-11-24T10', at: Date.parse('2026-11-24T10:05:00Z'), isForced: false };

/** One dunning tick over due invoices, against a provider that answers in 50 ms. */
export async function collect(services: BenchServices, run: string, charges: number): Promise<DunningFigures> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const sandbox = await startSandbox(url, join(services.folder, 'sandbox'));
  const admin = openAdmin(services.databaseUrl, 2);
  const worker = createPool({ url: services.databaseUrl, role: 'worker', max: 8, applicationName: 'bench' });
  try {
    await seedDue(admin, run, charges);
    const providers = createProviders({ chosen: 'sandbox', sandboxUrl: url, stripe: undefined, timeoutMs });
    const phases = dunningPhases(worker, providers, []);
    const providerMs = await timedMs(() => chargeAlone(providers.get('sandbox'), run, charges));
    const tickMs = await timedMs(async () => {
      for (const phase of phases) await runPhase(phase, slot, pagesAtOnce);
    });
    await expectPaid(admin, run, charges);
    return { charges, tickMs, providerMs };
  } finally {
    await worker.end();
    await admin.end();
    await sandbox.stop();
  }
}

export function reportDunning(figures: readonly DunningFigures[]): string {
  const spread = (of: (one: DunningFigures) => number, digits = 0) => formatSpread(spreadOf(figures.map(of)), digits);
  return `## Collection: a tick with ${figures[0]?.charges} due charges, ${callsAtOnce} at once, a provider that answers in ${answerMs} ms

| figure | value | goal |
|---|---|---|
| the whole tick, ms | ${spread(({ tickMs }) => tickMs)} | |
| the provider alone, ms | ${spread(({ providerMs }) => providerMs)} | |
| ratio | ${spread(({ tickMs, providerMs }) => tickMs / providerMs, 2)} | limited by the provider alone |`;
}

async function startSandbox(url: string, file: string) {
  return startService({
    address: url,
    ready: async () => {
      await fetch(url);
    },
    program: {
      name: 'sandbox',
      command: process.execPath,
      args: programArgs('sandbox'),
      env: {
        LOG_LEVEL: 'warn',
        SANDBOX_PORT: new URL(url).port,
        SANDBOX_FILE: `${file}.jsonl`,
        SANDBOX_ANSWER_MS: String(answerMs),
      },
      logFile: `${file}.log`,
      stopSignal: 'SIGTERM',
      stopTimeoutMs: timeoutMs,
    },
  });
}

async function chargeAlone(provider: PaymentProvider | undefined, run: string, charges: number): Promise<void> {
  const orders = Array.from({ length: charges }, (_, n) => ({
    orgId: `alone-${run}`,
    invoiceId: `alone-${run}-${n}`,
    key: `alone:${run}:${n}`,
    token: 'pm_ok',
    amountMinor: 1_000n,
    currency: 'EUR',
  }));
  if (!provider) throw new Error('no sandbox');
  await Promise.all(orders.map((order) => provider.charge(order)));
}

async function seedDue(admin: pg.Pool, run: string, charges: number): Promise<void> {
  await admin.query("insert into org (id, name) select $1 || '-' || n, 'Bench' from generate_series(1, $2) as n", [
    run,
    charges,
  ]);
  await admin.query(
    "update org_billing set payment_provider = 'sandbox', payment_token = 'pm_ok' where org_id like $1 || '-%'",
    [run],
  );
  await admin.query(
    `insert into invoice (org_id, id, source, ref, status, number, currency, subtotal_minor, total_minor, due_minor, issued_at, due_at, created_at, version)
    select $1 || '-' || n, 'inv_' || $1 || n, 'rated', '2026-10-01:EUR', 'open', 'INV-' || $1 || n, 'EUR', 1000, 1000, 1000, '2026-11-01',
      '2026-11-01', '2026-11-01', 1 from generate_series(1, $2) as n`,
    [run, charges],
  );
  await admin.query('analyze');
}

async function expectPaid(admin: pg.Pool, run: string, charges: number): Promise<void> {
  const { rows } = await admin.query<{ paid: number; attempts: number }>(
    `select (select count(*)::int from invoice where org_id like $1 || '-%' and status = 'paid') as paid,
      (select count(*)::int from payment where org_id like $1 || '-%') as attempts`,
    [run],
  );
  if (rows[0]?.paid !== charges || rows[0].attempts !== charges) throw new Error(`dunning: ${JSON.stringify(rows[0])}`);
}
