import 'server-only';
import type pg from 'pg';
import type { Database } from '#prisma/client';
import { createPrisma } from '#prisma/client';
import { createPool } from '#prisma/pool';
import { environment } from './environment.ts';

declare global {
  // Survives a reload of modules in development.
  var portalDatabase: Database | undefined;
  var portalFramePool: pg.Pool | undefined;
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
