import type pg from 'pg';
import { closingPhase } from '#activities/closing/closing-phase';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { underTest } from './under-test.ts';

const start = '2026-09-01T00:00:00Z';
const end = '2026-10-01T00:00:00Z';
let made = 0;

/** Where a spec arranges invoices in the books of the portal under test, and looks at them. */
export function openBooks() {
  const url = underTest().fullDatabase;
  const db = openAdmin(url, 2);
  const worker = createPool({ url, role: 'worker', max: 2, applicationName: 'a spec' });
  return {
    db,
    worker,
    makeInvoice: (minor: number) => makeInvoice(db, worker, minor),
    openCase: (org: string) => openCase(db, org),
    close: () => Promise.all([db.end(), worker.end()]),
  };
}

/** An organisation of its own with one invoice that its month's close opened, and that is overdue. */
async function makeInvoice(db: pg.Pool, worker: pg.Pool, minor: number) {
  const org = `debtor-${process.pid}-${made++}`;
  await db.query('insert into org (id, name) values ($1, $1)', [org]);
  await db.query("update org_billing set payment_provider = 'sandbox', payment_token = 'pm_ok' where org_id = $1", [
    org,
  ]);
  await db.query(
    `insert into invoice (org_id, id, source, ref, status, currency, subtotal_minor, total_minor, due_minor, period_start, period_end, created_at, version)
     values ($1, 'inv-' || $1, 'rated', $2 || ':EUR', 'draft', 'EUR', $3, $3, $3, $2::timestamptz, $4, $2::timestamptz, 1)`,
    [org, start, minor, end],
  );
  await db.query(
    `insert into invoice_line (org_id, invoice_id, source_key, stream, description, amount_minor, created_at)
     values ($1, 'inv-' || $1, 'addon:' || $1, 'addons', 'A seat', $2, $3)`,
    [org, minor, start],
  );
  await closingPhase(worker).apply([org], {
    slot: '2026-10-02',
    at: Date.parse('2026-10-02T03:30:00Z'),
    isForced: false,
  });
  const { rows } = await db.query<{ number: string }>(
    "select number from invoice where org_id = $1 and status = 'open'",
    [org],
  );
  const number = rows[0]?.number;
  if (!number) throw new Error('the invoice was not opened');
  return { org, number };
}

async function openCase(db: pg.Pool, org: string) {
  await db.query(
    `insert into dunning_case (org_id, id, invoice_id, state, next_at, opened_at, policy, failed_on, steps_left)
     values ($1, 'inv-' || $1, 'inv-' || $1, 'retrying', '2026-11-25', '2026-10-03', '{"retryDays": [1, 60], "graceDays": 7, "endState": "past_due"}',
       '2026-10-03', '{2}')`,
    [org],
  );
}
