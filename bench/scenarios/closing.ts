import type pg from 'pg';
import { closingPhase } from '#activities/closing/closing-phase';
import type { SlotAt } from '#activities/jobs/job-phase';
import { metricsPhase } from '#activities/metrics/metrics-phase';
import { summariesPhase } from '#activities/metrics/summaries-phase';
import { totalsPhase } from '#activities/metrics/totals-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '#tests/support/admin';
import { formatSpread, spreadOf } from '../figures.ts';
import { runPhase, timedMs } from '../systems/phases.ts';
import type { BenchServices } from '../systems/services.ts';

export interface ClosingFigures {
  readonly orgs: number;
  readonly invoices: number;
  readonly closeS: number;
  /** The same slot again, with nothing left to close. */
  readonly againS: number;
  /** Summaries, figures of days and totals of what the close has written. */
  readonly rollUpS: number;
}

const slot: SlotAt = { slot: '2026-12-02', at: Date.parse('2026-12-02T03:30:00Z'), isForced: false };
const linesPerDraft = 5;
// As the coordinator of a job does: so many pages at once.
const pagesAtOnce = 4;

/** The monthly close of orgs that have a draft each, of five lines, every tenth with another in a second currency. */
export async function close(services: BenchServices, run: string, orgs: number): Promise<ClosingFigures> {
  const admin = openAdmin(services.databaseUrl, 2);
  const worker = createPool({
    url: services.databaseUrl,
    role: 'worker',
    max: pagesAtOnce + 2,
    applicationName: 'bench',
    lockTimeoutMs: 15_000,
    statementTimeoutMs: 60_000,
    queryTimeoutMs: 65_000,
  });
  try {
    const invoices = await seedDrafts(admin, run, orgs);
    const closeS = await timed(() => runPhase(closingPhase(worker), slot, pagesAtOnce));
    const againS = await timed(() => runPhase(closingPhase(worker), { ...slot, isForced: true }, pagesAtOnce));
    const rollUps = [
      summariesPhase(worker, 'metrics', () => undefined),
      metricsPhase(worker),
      totalsPhase(worker, Date.now),
    ];
    const rollUpS = await timed(async () => {
      for (const phase of rollUps) await runPhase(phase, slot, pagesAtOnce);
    });
    await expectGapless(admin, run, invoices);
    return { orgs, invoices, closeS, againS, rollUpS };
  } finally {
    await worker.end();
    await admin.end();
  }
}

export function reportClosing(figures: readonly ClosingFigures[]): string {
  const seconds = (of: (one: ClosingFigures) => number) => formatSpread(spreadOf(figures.map(of)), 1);
  const [first] = figures;
  return `## The monthly close: ${first?.orgs} orgs, ${first?.invoices} drafts of ${linesPerDraft} lines, ${pagesAtOnce} pages at once

| figure | seconds | goal |
|---|---|---|
| rated, numbered, opened, booked in the ledger and audited | ${seconds(({ closeS }) => closeS)} | at most 60 |
| the same again, all orgs, nothing left to close | ${seconds(({ againS }) => againS)} | |
| the figures of the day, all orgs | ${seconds(({ rollUpS }) => rollUpS)} | |`;
}

async function timed(work: () => Promise<void>): Promise<number> {
  return (await timedMs(work)) / 1_000;
}

async function seedDrafts(admin: pg.Pool, run: string, orgs: number): Promise<number> {
  const values = [run, orgs];
  await admin.query(
    "insert into org (id, name, tax_rate) select $1 || '-' || n, 'Bench', 0.19 from generate_series(1, $2) as n",
    values,
  );
  const { rowCount } = await admin.query(
    `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, tax_minor, total_minor, due_minor, period_start, period_end,
      created_at, version)
    select $1 || '-' || n, 'inv_' || $1 || n || c, 'rated', '2026-11-01:' || c, 'draft', c, ${linesPerDraft} * 1000, ${linesPerDraft} * 190,
      ${linesPerDraft} * 1190, ${linesPerDraft} * 1190, '2026-11-01', '2026-12-01', '2026-11-01', 1
    from generate_series(1, $2) as n, unnest(case when n % 10 = 0 then array['EUR', 'USD'] else array['EUR'] end) as c`,
    values,
  );
  await admin.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at)
    select i.org_id, i.id, 'bench:' || i.id || l, (array['leads', 'subscriptions', 'usage', 'addons', 'ai'])[l], 'Bench', 1000, '2026-11-01'
    from invoice i, generate_series(1, ${linesPerDraft}) as l where i.org_id like $1 || '-%'`,
    [run],
  );
  await admin.query('analyze');
  return rowCount ?? 0;
}

async function expectGapless(admin: pg.Pool, run: string, invoices: number): Promise<void> {
  const { rows } = await admin.query<{ n: number; span: number; open: number }>(
    `select count(number)::int as n, (max(substr(number, 5)::int) - min(substr(number, 5)::int) + 1)::int as span,
      count(*) filter (where status = 'open')::int as open from invoice where org_id like $1 || '-%'`,
    [run],
  );
  const [found] = rows;
  if (found?.n !== invoices || found.span !== invoices || found.open !== invoices)
    throw new Error(`closed ${found?.n} of ${invoices}, numbers over ${found?.span}`);
}
