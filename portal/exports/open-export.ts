import 'server-only';
import pg from 'pg';
import { to } from 'pg-copy-streams';
import { providerChain } from '#domain/ids';
import { appendAsStaff } from '#prisma/append-as-staff';
import { areEventsUnderWay } from '#prisma/events-under-way';
import { inTenants } from '#prisma/pool';
import type { Staff } from '../auth/session.ts';
import { database } from '../server/database.ts';
import { environment } from '../server/environment.ts';
import { log } from '../server/log.ts';
import { paceBesideEvents } from './pace.ts';

interface Export {
  readonly staff: Staff;
  readonly name: string;
  readonly sql: string;
  /** Of the instants in the file. */
  readonly zone: string;
  /** Whether the file begins with the mark by which Excel knows UTF-8. */
  readonly hasMark: boolean;
  /** For the audit. */
  readonly about: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

const poolMax = 2;
const openPerPersonMax = 3;
/** Of the statement, and of the whole: Postgres waits without an end for a reader who has stopped reading. */
const exportMs = 60_000;
/** How long an export waits for its turn. */
const turnMs = 15_000;
const byteOrderMark = new TextEncoder().encode('\uFEFF');

declare global {
  var portalExports: { readonly pool: pg.Pool; readonly open: Map<string, number> } | undefined;
}

/** Why there is no file now: the member has as many under way as anyone may, or no turn came in time. */
export type ExportRefusal = 'too_many' | 'busy';

/** Streams what a COPY writes, once it is its turn. */
export async function openExport(
  told: Export,
  timeoutMs = exportMs,
): Promise<ReadableStream<Uint8Array> | ExportRefusal> {
  if (!mayExport(told.staff)) return 'too_many';
  const startedAt = performance.now();
  let isOver = false;
  const client = await takeTurn(told);
  if (!client) return 'busy';
  const copy = client.query(to(told.sql));
  // One that nobody reads any more still breaks when its connection ends; without a listener it would end the process.
  copy.on('error', () => undefined);
  let bytes = 0;
  const end = async (outcome: 'ok' | 'failed' | 'canceled') => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    count(told.staff, -1);
    // A statement under way ends with its connection.
    client.release(outcome !== 'ok');
    const ms = Math.round(performance.now() - startedAt);
    await audit(told, outcome, { ...told.about, rows: Math.max(0, copy.rowCount), bytes, ms }).catch((error: unknown) =>
      log.error({ error: String(error), export: told.name }, 'export not audited'),
    );
  };
  const timer = setTimeout(() => void end('failed'), timeoutMs);
  const chunks = copy[Symbol.asyncIterator]();
  const pace = paceBesideEvents(isBusy);
  let isMarked = !told.hasMark;
  told.signal.addEventListener('abort', () => void end('canceled'));
  if (told.signal.aborted) await end('canceled');
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (!isMarked) {
          isMarked = true;
          controller.enqueue(byteOrderMark);
          return;
        }
        try {
          const { done, value } = await chunks.next();
          if (done) {
            await end('ok');
            controller.close();
            return;
          }
          bytes += value.length;
          controller.enqueue(value);
          await pace(value.length);
        } catch (error) {
          await end('failed');
          // Breaks the download off, so that a part is never taken for the whole.
          controller.error(error);
        }
      },
      cancel: () => end('canceled'),
    },
    { highWaterMark: 0 },
  );
}

/** A database that does not answer has enough to do. */
function isBusy(): Promise<boolean> {
  return areEventsUnderWay(database().pool).catch(() => true);
}

/** Whether the member may begin another export now, in this process. */
export function mayExport(staff: Staff): boolean {
  return (exports().open.get(staff.id) ?? 0) < openPerPersonMax;
}

function count({ id }: Staff, change: 1 | -1) {
  const { open } = exports();
  open.set(id, (open.get(id) ?? 0) + change);
}

/** A connection that speaks in the zone, and the member's export is counted; undefined where none came free in time. */
async function takeTurn({ staff, zone }: Export): Promise<pg.PoolClient | undefined> {
  count(staff, 1);
  let client: pg.PoolClient;
  try {
    client = await exports().pool.connect();
  } catch (error) {
    count(staff, -1);
    log.warn({ error: String(error) }, 'an export got no connection');
    return undefined;
  }
  try {
    await client.query("select set_config('timezone', $1, false)", [zone]);
    return client;
  } catch (error) {
    count(staff, -1);
    client.release(true);
    throw error;
  }
}

async function audit({ staff, name }: Export, outcome: string, detail: Readonly<Record<string, unknown>>) {
  const entry = {
    org_id: providerChain,
    action: 'export.made',
    subject: `export/${name}`,
    outcome,
    detail,
  };
  await inTenants(database().pool, [providerChain], (client) => appendAsStaff(client, staff.sessionId, [entry]));
}

function exports() {
  globalThis.portalExports ??= {
    pool: newPool(),
    open: new Map(),
  };
  return globalThis.portalExports;
}

// Apart from the pages' pool: a long export never takes their connections.
function newPool() {
  const pool = new pg.Pool({
    connectionString: environment().DATABASE_URL,
    max: poolMax,
    application_name: 'portal exports',
    options: '-c role=tributary_portal -c default_transaction_read_only=on',
    statement_timeout: exportMs,
    connectionTimeoutMillis: turnMs,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
