import pg from 'pg';
import { codeOf, isOutcomeUnknown } from '#domain/database-errors';
import { refuseOutdated } from './refuse-outdated.ts';

/** The database roles a process runs as. Each may do only what its part of the work needs. */
export type DatabaseRole = 'gateway' | 'worker' | 'portal' | 'migrator' | 'verifier';

export interface PoolOptions {
  readonly url: string;
  readonly role: DatabaseRole;
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Waits, nested: lock < statement < query. The last is the client's own, for a network that swallows answers. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
  readonly queryTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Of Postgres, for all that it is asked. */
  readonly settings?: Readonly<Record<string, string>>;
}

const idleInTransactionTimeoutMs = 10_000;
/** A page asks a dozen short statements at once: what one gains by a second core, the others lose. */
const oneCore = { max_parallel_workers_per_gather: '0' };
/** From one page to the next somebody reads: with connections of its own a page costs five times as much, half of that of the database. */
const pagesIdleTimeoutMs = 10 * 60_000;

// Awaited, whatever its type says. After `verify` the pool hands a connection also to who gave up meanwhile, and never gets it back.
const greeting = { onConnect: refuseOutdated };

/** A pool whose every session is with the newest primary and has given up all rights but those of its role. */
export function createPool(options: PoolOptions): pg.Pool {
  const {
    lockTimeoutMs = 3_000,
    statementTimeoutMs = 4_000,
    queryTimeoutMs = 5_000,
    connectTimeoutMs = 2_000,
    settings = {},
  } = options;
  if (lockTimeoutMs >= statementTimeoutMs || statementTimeoutMs >= queryTimeoutMs) {
    throw new Error('timeouts must nest: lock < statement < query');
  }
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    options: Object.entries({
      role: `tributary_${options.role}`,
      ...(options.role === 'portal' && oneCore),
      ...settings,
    })
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    connectionTimeoutMillis: connectTimeoutMs,
    ...(options.role === 'portal' && { idleTimeoutMillis: pagesIdleTimeoutMs }),
    query_timeout: queryTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    ...greeting,
  });
  // A connection that breaks is replaced by the next query, or fails the one under way. Without listeners, on the pool for the
  // idle ones and on each connection for those that are lent out, it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** What transactions of a pool met that nobody else sees. */
export interface TransactionCounts {
  /** Commits without an answer: they may have happened, and what they did is done again by its keys. */
  unknownOutcomes: number;
  /** Statements that spoke for no tenant, as one that comes after its transaction ended: refused. */
  lateStatementsRefused: number;
}

const countsOfPools = new WeakMap<pg.Pool, TransactionCounts>();

/** The counts of a pool, as they go on. */
export function transactionCounts(pool: pg.Pool): TransactionCounts {
  const counts = countsOfPools.get(pool) ?? { unknownOutcomes: 0, lateStatementsRefused: 0 };
  countsOfPools.set(pool, counts);
  return counts;
}

/** @param isCommitting whether what failed was the commit, or a statement that is a transaction of its own */
export function noteTransactionFailure(pool: pg.Pool, error: unknown, isCommitting: boolean): void {
  const counts = transactionCounts(pool);
  if (isCommitting && isOutcomeUnknown(error)) counts.unknownOutcomes += 1;
  if (codeOf(error) === refusedByRowSecurity) counts.lateStatementsRefused += 1;
}

const refusedByRowSecurity = '42501';

/**
 * For transactions that reach every row by its key: a plan made while a table was small must not scan it when it has grown.
 */
export const keyedPlans = { enable_seqscan: 'off', enable_hashjoin: 'off', enable_mergejoin: 'off' } as const;

/**
 * Runs `work` in one transaction on one connection that speaks for `orgIds` and nobody else.
 * Any throw rolls back. A connection that failed is destroyed: after a timeout its state is unknown.
 * @param settings of Postgres, for this transaction only
 */
export async function inTenants<T>(
  pool: pg.Pool,
  orgIds: readonly string[],
  work: (client: pg.PoolClient) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const client = await pool.connect();
  let failure: Error | undefined;
  let isCommitting = false;
  try {
    await client.query('begin');
    await client.query({
      name: 'settings',
      text: "select set_config('app.tenants', $1::text[]::text, true), (select count(set_config(key, value, true)) from json_each_text($2))",
      values: [orgIds, JSON.stringify(settings)],
    });
    const result = await work(client);
    isCommitting = true;
    await client.query('commit');
    return result;
  } catch (error) {
    noteTransactionFailure(pool, error, isCommitting);
    failure = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(failure);
  }
}
