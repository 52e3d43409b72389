import { join } from 'node:path';
import { heapFlags } from '#deploy/heap-flags';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { buildPortal } from '#deploy/steps/build-portal';
import { programArgs } from '#deploy/steps/build-programs';
import type { BenchServices } from './services.ts';

const password = 'correct horse battery staple';
/** The seed ends here. */
export const seedEnd = '2026-11-20T00:00:00Z';

export const listPages = [
  '/provider/leads',
  '/provider/ai',
  '/provider/subscriptions',
  '/provider/addons',
  '/provider/incidents',
  '/provider/usage',
  '/provider/billing/invoices',
  '/provider/billing/payments',
  '/provider/federation/log',
  '/provider/audit',
] as const;
export const readPages = [
  ...listPages,
  '/provider',
  '/provider/analytics',
  '/provider/analytics/funnel',
  '/provider/analytics/cohorts',
  '/provider/analytics/mix',
] as const;

export function portalEnvironment(services: BenchServices, origin: string) {
  const member = {
    email: 'bench@example.org',
    name: 'Bench',
    roles: ['provider', 'accountant', 'developer'],
    password,
  };
  return {
    NODE_ENV: 'production' as const,
    LOG_LEVEL: 'warn',
    APP_ENV: 'test',
    APP_ORIGIN: origin,
    FIXED_NOW: seedEnd,
    DATABASE_URL: services.databaseUrl,
    TEMPORAL_ADDRESS: services.temporalAddress,
    STAFF_SECRET_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64url')}`,
    PROVIDER_STAFF: JSON.stringify([member]),
  };
}

/** The standalone build in its processes, as `npm start` has it. */
export async function startPortal(services: BenchServices): Promise<Service> {
  await buildPortal();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  return startService({
    address: origin,
    ready: async () => {
      const response = await fetch(`${origin}/api/health`);
      if (!response.ok) throw new Error(`the portal answers ${response.status}`);
    },
    program: {
      name: 'portal',
      command: process.execPath,
      args: [...heapFlags, ...programArgs('portal')],
      env: { ...portalEnvironment(services, origin), HOSTNAME: '127.0.0.1', PORT: String(port) },
      logFile: join(services.folder, 'portal.log'),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
  });
}

/** Gives the cookie of a session, `name=value`. */
export async function signIn(origin: string): Promise<string> {
  const response = await fetch(`${origin}/sign-in/submit`, {
    method: 'POST',
    headers: { origin, accept: 'application/json' },
    body: new URLSearchParams({ email: 'bench@example.org', password }),
    redirect: 'manual',
  });
  const cookie = /^[^;]+/.exec(response.headers.get('set-cookie') ?? '')?.[0];
  if (!cookie) throw new Error(`no session: ${response.status}`);
  return cookie;
}

export async function readWhole(url: string, cookie: string): Promise<void> {
  const response = await fetch(url, { headers: { cookie } });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

/** A file that is written away as it comes. */
export async function readAway(url: string, cookie: string): Promise<void> {
  const response = await fetch(url, { headers: { cookie } });
  if (!response.ok || !response.body) throw new Error(`${url} answers ${response.status}`);
  await response.body.pipeTo(new WritableStream());
}
