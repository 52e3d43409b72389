import { join } from 'node:path';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { programArgs } from '#deploy/steps/build-programs';
import type { TestDatabase } from '../../support/database.ts';
import { cheapHash } from '../services/portal-base.ts';
import { keyEncryptionKeys, password, staff, staffSecretKeys } from './staff.ts';

/** When the portal believes it is: the seeds lie before it. */
export const now = Date.parse('2026-11-24T12:00:00Z');

interface Started {
  readonly name: string;
  readonly database: TestDatabase;
  /** For its log. */
  readonly folder: string;
  /** By which browsers reach it. */
  readonly host?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startPortal({ name, database, folder, host = '127.0.0.1', env = {} }: Started): Promise<Service> {
  const port = await freePort();
  const origin = `http://${host}:${port}`;
  return startService({
    address: origin,
    ready: () => expectOk(`${origin}/api/health`),
    program: {
      name: `portal-${name}`,
      command: process.execPath,
      args: programArgs('portal'),
      env: {
        NODE_ENV: 'production',
        APP_ENV: 'test',
        APP_ORIGIN: origin,
        DATABASE_URL: database.url,
        FIXED_NOW: new Date(now).toISOString(),
        HOSTNAME: '127.0.0.1',
        PORT: String(port),
        PORTAL_PROCESSES: '1',
        PROVIDER_STAFF: JSON.stringify(staff.map((member) => ({ ...member, passwordHash: cheapHash(password) }))),
        STAFF_SECRET_KEYS: staffSecretKeys,
        KEY_ENCRYPTION_KEYS: keyEncryptionKeys,
        TEMPORAL_UI_URL: 'http://127.0.0.1:8233',
        ...env,
      },
      logFile: join(folder, `${name}.log`),
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
    },
  });
}

export async function expectOk(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}
