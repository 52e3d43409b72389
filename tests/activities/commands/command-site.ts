import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { executeStaffCommand } from '#activities/commands/execute-staff-command';
import { settleStaffCommand } from '#activities/commands/settle-staff-command';
import { closingPhase } from '#activities/closing/closing-phase';
import type { CollectionResources } from '#activities/collection/resources';
import type { StaffCommandKind } from '#domain/billing/staff-commands';
import { openBook } from '#payments/sandbox/book';
import { createSandboxProvider } from '#payments/sandbox/client';
import { createSandboxServer } from '#payments/sandbox/server';
import { createPool } from '#prisma/pool';
import { openAdmin } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { makeMember } from '../../support/members.ts';
import { makeOrg } from '../../support/events.ts';
import { makeDraft, slotOn, type DraftLine } from '../closing/drafts.ts';

export interface Given {
  readonly status: string;
  readonly result: Readonly<Record<string, unknown>>;
}

export type CommandSite = Awaited<ReturnType<typeof openCommandSite>>;

/** A database and the sandbox provider, and what a test does there. `now` is what the clock says. */
export async function openCommandSite(now: () => number = Date.now) {
  const database = await createDatabase();
  const admin = openAdmin(database.url, 4);
  const worker = createPool({ url: database.url, role: 'worker', max: 10, applicationName: 'test' });
  const folder = await mkdtemp(join(tmpdir(), 'commands-'));
  const book = openBook(join(folder, 'sandbox.jsonl'));
  const server = createSandboxServer({ book, now, answerMs: 0, hangMs: 5_000 });
  const sandbox = createSandboxProvider({ url: await listen(server), timeoutMs: 300 });
  const resources: CollectionResources = {
    db: worker,
    providers: new Map([['sandbox', sandbox]]),
    notify: [],
    now,
  };

  const channels: string[] = ['log'];
  await makeMember(admin, 'ada');

  const order = async (orgId: string, kind: string, body: object): Promise<string> => {
    const id = randomUUID();
    await admin.query(
      "insert into staff_command (org_id, id, kind, body, actor, reason, created_at) values ($1, $2, $3, $4, 'ada', 'a test', $5)",
      [orgId, id, kind, JSON.stringify(body), new Date(now())],
    );
    return id;
  };
  const execute = async (orgId: string, id: string): Promise<Given> => {
    const { mustSettle } = await executeStaffCommand(
      worker,
      { orgId, id },
      { channels, providers: resources.providers },
    );
    if (mustSettle) await settleStaffCommand(resources, { orgId, id });
    const { rows } = await admin.query<Given>(
      'select status, result from staff_command where org_id = $1 and id = $2',
      [orgId, id],
    );
    const [given] = rows;
    if (!given) throw new Error('the command is gone');
    return given;
  };

  return {
    url: database.url,
    admin,
    worker,
    resources,
    order,
    /** Also a kind that nobody knows. */
    orderAny: order,
    execute,
    /** How notices go out. */
    channels,
    give: async (orgId: string, kind: StaffCommandKind, body: object) => execute(orgId, await order(orgId, kind, body)),
    /** An org with one open invoice of October, which its credit may have paid in part or whole. */
    async makeInvoice(lines: readonly DraftLine[], token = 'pm_ok', creditMinor = 0) {
      const orgId = await makeOrg(admin);
      await admin.query("update org_billing set payment_provider = 'sandbox', payment_token = $2 where org_id = $1", [
        orgId,
        token,
      ]);
      const period = { start: '2026-10-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
      const invoiceId = await makeDraft(admin, orgId, { ...period, lines });
      if (creditMinor > 0) await giveCredit(admin, orgId, creditMinor);
      await closingPhase(worker).apply([orgId], slotOn('2026-11-02'));
      return { orgId, invoiceId };
    },
    async read(sql: string, values: readonly unknown[] = []) {
      const { rows } = await admin.query<Record<string, unknown>>(sql, [...values]);
      return rows;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      book.close();
      await Promise.all([worker.end(), admin.end()]);
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** As an invoice of the tenant's own that was paid over its total leaves it. */
async function giveCredit(db: pg.Pool, orgId: string, minor: number) {
  await db.query(
    `insert into billing_ledger (org_id, transaction_id, entry, account, amount_minor, currency, at, fact)
     values ($1, 'gift', 1, 'cash', $2, 'EUR', '2026-10-01Z', 'paid'), ($1, 'gift', 2, 'credit', -$2::bigint, 'EUR', '2026-10-01Z', 'paid')`,
    [orgId, minor],
  );
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (typeof address === 'object' && address) resolve(`http://127.0.0.1:${address.port}`);
    });
  });
}

/** All that a command may change but its own row and the audit trail. */
export async function books(db: pg.Pool, orgId: string): Promise<string | undefined> {
  const tables = [
    'invoice',
    'invoice_line',
    'payment',
    'refund',
    'credit_note',
    'billing_ledger',
    'dunning_case',
    'lead',
    'org_billing',
  ];
  const parts = [
    ...tables,
    'usage_meter',
    'credit_grant',
    'collection_wait',
    'event',
    'subscription',
    'subscription_schedule',
    'addon_purchase',
  ].map((table) => `(select json_agg(t order by t::text) from ${table} t where t.org_id = $1)`);
  const { rows } = await db.query<{ books: string }>(`select json_build_array(${parts.join(', ')})::text as books`, [
    orgId,
  ]);
  return rows[0]?.books;
}
