import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { expect } from 'vitest';
import type { BilledStream } from '#domain/billing/streams';
import { closingPhase } from '#activities/closing/closing-phase';
import type { SlotAt } from '#activities/jobs/job-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { makeOrg } from '../../support/events.ts';

/** A provider of its own, since numbers are given for all of its orgs, and the phase as a worker runs it. */
export async function openProvider() {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 6);
  // As patient as the pool of jobs.
  const waits = { lockTimeoutMs: 15_000, statementTimeoutMs: 60_000, queryTimeoutMs: 65_000 };
  const worker = createPool({ url: database.url, role: 'worker', max: 8, applicationName: 'test', ...waits });
  return {
    admin,
    phase: closingPhase(worker),
    close: async () => {
      await worker.end();
      await admin.end();
      await database.drop();
    },
  };
}

export async function makeOrgs(db: pg.Pool, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => makeOrg(db, `org-${String(n).padStart(3, '0')}`)));
}

export const november = { start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z' };
export const usage = (minor: number) => ({ stream: 'usage', minor }) as const;

export interface DraftLine {
  readonly stream: BilledStream;
  readonly minor: bigint | number;
}

export interface ToldDraft {
  readonly start: string;
  readonly end: string;
  readonly currency?: string;
  readonly lines: readonly DraftLine[];
}

/** A draft as rating leaves it, its totals those of its lines. Returns its id. */
export async function makeDraft(db: pg.Pool, orgId: string, told: ToldDraft): Promise<string> {
  const id = `inv_${randomBytes(12).toString('hex')}`;
  const { start, end, currency = 'EUR', lines } = told;
  const subtotal = String(lines.reduce((sum, { minor }) => sum + BigInt(minor), 0n));
  await db.query(
    `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, tax_minor, total_minor, due_minor, period_start, period_end,
      created_at, version)
    select id, $2, 'rated', $3, 'draft', $4, $5::bigint, round($5 * coalesce(tax_rate, 0)), $5 + round($5 * coalesce(tax_rate, 0)),
      $5 + round($5 * coalesce(tax_rate, 0)), $6, $7, $6, 1 from org where id = $1`,
    [orgId, id, `${start}:${currency}`, currency, subtotal, start, end],
  );
  const rows = lines.map(({ stream, minor }, index) => ({
    org_id: orgId,
    invoice_id: id,
    source_key: `test:${id}:${index}`,
    stream,
    description: stream,
    quantity: 1,
    amount_minor: String(minor),
    created_at: start,
  }));
  await db.query('insert into invoice_line select * from json_populate_recordset(null::invoice_line, $1)', [
    JSON.stringify(rows.map((row) => ({ is_late: false, ...row }))),
  ]);
  return id;
}

export function slotOn(day: string, time = '03:30'): SlotAt {
  return { slot: day, at: Date.parse(`${day}T${time}:00Z`), isForced: false };
}

/** What a violation of the books' equations would be listed by: lines and totals, totals and money, ledger and due. */
export async function expectBooksAgree(db: pg.Pool): Promise<void> {
  const { rows } = await db.query(`
    select 'lines' as what, i.id from invoice i where i.source = 'rated' and i.subtotal_minor <>
      (select coalesce(sum(amount_minor), 0) from invoice_line l where l.org_id = i.org_id and l.invoice_id = i.id)
    union all
    select 'totals', id from invoice where subtotal_minor - discount_minor + tax_minor <> total_minor
    union all
    select 'status', id from invoice where status <> 'draft' and (total_minor <> paid_minor + due_minor + credited_minor or due_minor < 0
      or paid_minor < 0 or (status = 'paid' and due_minor <> 0) or (status = 'open' and due_minor = 0))
    union all
    select 'paid', id from invoice i where paid_minor <>
      (select coalesce(sum(amount_minor), 0) from payment p where p.org_id = i.org_id and p.invoice_id = i.id and p.status = 'succeeded')
    union all
    select 'balanced', transaction_id from billing_ledger group by org_id, transaction_id, currency having sum(amount_minor) <> 0
    union all
    select 'receivable', id from invoice i where status <> 'draft' and due_minor <>
      (select coalesce(sum(amount_minor), 0) from billing_ledger b where b.org_id = i.org_id and b.invoice_id = i.id and b.account = 'receivable')
    union all
    select 'credit', org_id from billing_ledger where account = 'credit' group by org_id, currency having sum(amount_minor) > 0`);
  expect(rows).toEqual([]);
}

export async function numbersOf(db: pg.Pool): Promise<number[]> {
  const { rows } = await db.query<{ n: number }>(
    "select substr(number, 5)::int as n from invoice where source = 'rated' and number is not null order by 1",
  );
  return rows.map(({ n }) => n);
}

export function gapless(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
