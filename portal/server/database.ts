import 'server-only';
import type { Database } from '#prisma/client';
import { createPrisma } from '#prisma/client';
import { environment } from './environment.ts';

declare global {
  // Survives a reload of modules in development.
  var portalDatabase: Database | undefined;
}

/** One pool per process, as the portal's role. */
export function database(): Database {
  globalThis.portalDatabase ??= createPrisma({
    url: environment().DATABASE_URL,
    role: 'portal',
    applicationName: 'portal',
  });
  return globalThis.portalDatabase;
}
