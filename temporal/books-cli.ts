import { userInfo } from 'node:os';
import type pg from 'pg';
import { readLine, runCommand, UsageError } from '#prisma/command-line';
import { readCreditOfOrgs } from '#prisma/credit-of-orgs';
import { findDatabaseUrl } from '#prisma/database-url';
import { createPool, inTenants } from '#prisma/pool';
import { readInvoices } from '#prisma/read-invoice';
import { readProviderMismatches } from '#prisma/provider-matches';
import { readReconciliation } from '#prisma/reconciliation';
import { readUnbilledLeads } from '#prisma/unbilled-leads';
import { bodyOf, orderVerbs } from './books-orders.ts';
import { openClient } from './client.ts';
import { readBillingEnv } from './env.ts';
import { withTemporal } from './find-temporal.ts';
import { invoiceText } from './invoice-text.ts';
import { awaitCommand, orderStaffCommand } from './staff-commands.ts';

const usage = `usage: npm run --silent books -- VERB ...
reads
  invoice ID|NUMBER [--org O] [--json]   an invoice, its lines with how each came about
  unbilled [--org O]                     converted leads that are on no invoice
  reconcile [--org O] [--month 2026-10] [--all]   expected against invoiced; only what differs, unless --all
  match [--org O]                        our payments against the provider's charges
  credit [--org O]                       what orgs have to their credit: paid too much, or carried from a draft below 0
orders, each with --org O --reason WHY [--by WHO] [--command ID]; an invoice's with [--version N] that was looked at
  credit-note --invoice I --minor N      refund --invoice I --minor N [--payment REF] [--overpaid]
  void --invoice I                       write-off --invoice I
  take-back-refunds --invoice I          what its provider never made
  add-leads --lead L [--lead L ...]      price-lead --lead L --minor N --currency EUR
  move-leads --lead L [--lead L ...] --to new|contacted|qualified|disqualified|converted [--minor N --currency EUR]
  correct-usage --meter M --quantity Q --from INSTANT --until INSTANT
  correct-credits --quantity Q [--until INSTANT]
  pay-out --minor N --currency EUR       what the org has to its credit, sent to it by hand
  payment-method --provider sandbox|stripe --token T
  retry --invoice I   pause --invoice I [--until INSTANT]   resume --invoice I   notice --invoice I   uncollectible --invoice I   unpark [--invoice I]
Amounts are minor units. The code is 1 for what is refused or found to differ, 2 for what cannot be read.`;

const patienceMs = 60_000;
const shownMax = 500;
const monthText = /^\d{4}-(0[1-9]|1[0-2])$/;
const text = { type: 'string' } as const;

const options = {
  org: text,
  reason: text,
  by: text,
  command: text,
  invoice: text,
  minor: text,
  payment: text,
  overpaid: { type: 'boolean' },
  version: text,
  currency: text,
  meter: text,
  quantity: text,
  from: text,
  until: text,
  provider: text,
  token: text,
  month: text,
  to: text,
  lead: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;
type Values = ReturnType<typeof readLine<typeof options>>['values'];

// What cannot be read is another code than what is refused or differs.
await runCommand({ name: 'books', usage, failedCode: 2 }, main);

async function main() {
  const { values, positionals } = readLine(process.argv.slice(2), options, 2);
  const [verb = '', subject] = positionals;
  const kind = orderVerbs[verb];
  const isRead = ['invoice', 'unbilled', 'reconcile', 'match', 'credit'].includes(verb);
  if (!kind && !isRead) throw new UsageError(verb === '' ? 'no verb' : `no verb "${verb}"`);
  const role = isRead ? 'portal' : 'worker';
  const timeouts = { lockTimeoutMs: 3_000, statementTimeoutMs: 60_000, queryTimeoutMs: 65_000 };
  const db = createPool({ url: await findDatabaseUrl(), role, max: 1, applicationName: 'books-cli', ...timeouts });
  try {
    if (kind) await order(db, kind, values);
    else await read(db, verb, subject, values);
  } finally {
    await db.end();
  }
}

/** What is asked or ordered of an org that there is not would look as if all were well with it. */
async function expectOrg(db: pg.Pool, orgId: string) {
  const { rowCount } = await inTenants(db, [orgId], (client) => client.query('select from org where id = $1', [orgId]));
  if (rowCount === 0) throw new Error(`no org ${orgId}`);
}

async function order(db: pg.Pool, kind: NonNullable<(typeof orderVerbs)[string]>, values: Values) {
  const { org: orgId, reason, by = userInfo().username, command } = values;
  if (!orgId || !reason) throw new UsageError('an order needs --org and --reason');
  const body = bodyOf(kind, values);
  await expectOrg(db, orgId);
  const env = readBillingEnv(await withTemporal(process.env));
  const { client, close } = openClient(env);
  try {
    const named = command === undefined ? {} : { id: command };
    const given = { orgId, kind, body, by: { operator: by }, reason, ...named };
    const ordered = await orderStaffCommand({ client, taskQueue: env.taskQueue }, db, given);
    const standing = ordered.isStarted
      ? await awaitCommand(db, ordered, patienceMs)
      : { status: 'pending', result: null };
    print({ ...ordered, ...standing });
    if (standing.status !== 'done') process.exitCode = 1;
  } finally {
    await close();
  }
}

async function read(db: pg.Pool, verb: string, subject: string | undefined, { org, month, all, json }: Values) {
  if (org !== undefined && verb !== 'invoice') await expectOrg(db, org);
  switch (verb) {
    case 'invoice': {
      if (!subject) throw new UsageError('invoice needs its number or id');
      const invoices = await readInvoices(db, subject, org);
      if (invoices.length === 0) return refuse(`no invoice ${subject}`);
      return json ? print(invoices) : console.log(invoices.map(invoiceText).join('\n'));
    }
    case 'unbilled':
      return print(await readUnbilledLeads(db, org, shownMax));
    case 'credit':
      return print((await readCreditOfOrgs(db, org === undefined ? undefined : [org])).slice(0, shownMax));
    case 'reconcile': {
      if (month !== undefined && !monthText.test(month)) throw new Error('a month is said as 2026-10');
      const cells = await readReconciliation(db, await orgIds(db, org), Date.now());
      const own = cells.filter((cell) => month === undefined || cell.month.startsWith(month));
      const differing = own.filter(({ differences }) => differences.length > 0);
      if (differing.length > 0) process.exitCode = 1;
      return print(all ? own : differing);
    }
    default: {
      const mismatches = await readProviderMismatches(db, await orgIds(db, org));
      if (mismatches.length > 0) process.exitCode = 1;
      return print(mismatches);
    }
  }
}

async function orgIds(db: pg.Pool, org: string | undefined): Promise<string[]> {
  if (org !== undefined) return [org];
  const { rows } = await db.query<{ id: string }>('select id from org order by id');
  return rows.map(({ id }) => id);
}

function print(told: unknown) {
  console.log(JSON.stringify(told, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2));
}

function refuse(message: string) {
  console.error(message);
  process.exitCode = 1;
}
