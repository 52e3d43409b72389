import 'server-only';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Database } from '#prisma/client';
import { createPrisma } from '#prisma/client';
import { createPool } from '#prisma/pool';
import { environment } from './environment.ts';

declare global {
  // Survives a reload of modules in development.
  var portalDatabase: Database | undefined;
  var portalFramePool: pg.Pool | undefined;
  var portalTotalsPool: pg.Pool | undefined;
}

/** One pool per process for what pages show, as the portal's role. */
export function database(): Database {
  globalThis.portalDatabase ??= createPrisma({
    url: environment().DATABASE_URL,
    role: 'portal',
    applicationName: 'portal',
  });
  return globalThis.portalDatabase;
}

const frameConnectionsMax = 2;

/** For what every page stands on, the session and the layout of its list: connections that slow figures and rows cannot take. */
export function framePool(): pg.Pool {
  globalThis.portalFramePool ??= createPool({
    url: environment().DATABASE_URL,
    role: 'portal',
    max: frameConnectionsMax,
    applicationName: 'portal-frame',
  });
  return globalThis.portalFramePool;
}

/** How long what is counted or added up may take. */
export const totalTimeoutMs = 150;
const totalsConnectionsMax = 6;
/** What stops at its bound tempts the planner to scan the table for it, however many rows it must pass over. */
export const totalsSettings = { enable_seqscan: 'off' };

/** For totals, which pages stand without: each is one statement that ends in time. */
export function totalsPool(): pg.Pool {
  globalThis.portalTotalsPool ??= createTotalsPool(environment().DATABASE_URL);
  return globalThis.portalTotalsPool;
}

export function createTotalsPool(url: string): pg.Pool {
  return createPool({
    url,
    role: 'portal',
    max: totalsConnectionsMax,
    applicationName: 'portal-totals',
    lockTimeoutMs: totalTimeoutMs - 50,
    statementTimeoutMs: totalTimeoutMs,
    settings: totalsSettings,
  });
}

/** Begins the names of statements that are named by their text. */
export const ofText = 'text-';

/** What a text alone says is planned once on each connection, which takes as long as it does itself; with values a plan would be of others than these. */
export function statement(text: string, values: readonly unknown[]): pg.QueryConfig {
  if (values.length > 0) return { text, values: [...values] };
  return { name: `${ofText}${createHash('sha1').update(text).digest('base64url')}`, text };
}
