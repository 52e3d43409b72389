import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openAdmin } from '#tests/support/admin';
import { freePort } from '#deploy/services/ports';
import { startService, type Service } from '#deploy/services/service';
import { programArgs } from '#deploy/steps/build-programs';
import { heapFlags } from '#deploy/heap-flags';
import { createKey } from '#prisma/federation-keys';
import { parseKeyring } from '#prisma/keyring';
import type { BenchKey } from '../load/signed-request.ts';
import type { BenchServices } from './services.ts';

export type SystemName = 'tributary' | 'direct';

export interface System {
  readonly name: SystemName;
  readonly port: number;
  /** Processes of the system and of the services, by name. */
  readonly pids: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const keyring = `bench:${randomBytes(32).toString('base64url')}`;
const rate = 1_000_000;

/** Starts the gateway and the worker, or the baseline, on the services. */
export async function startSystem(
  name: SystemName,
  services: BenchServices,
  settings: Readonly<Record<string, string>> = {},
): Promise<System> {
  const port = await freePort();
  const environment = {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    DATABASE_URL: services.databaseUrl,
    REDIS_URL: services.redisUrl,
    TEMPORAL_ADDRESS: services.temporalAddress,
    KEY_ENCRYPTION_KEYS: keyring,
    GATEWAY_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    PUBLIC_BASE_URL: `http://127.0.0.1:${port}`,
    TRUSTED_PROXIES: 'none',
    ...settings,
  };
  const start = async (program: string, args: readonly string[], ready: string, flags: readonly string[] = []) =>
    startService({
      address: ready,
      ready: () => expectOk(ready),
      program: {
        name: program,
        command: process.execPath,
        args: [...flags, ...profiling(), ...args],
        env: { ...environment, OPS_PORT: new URL(ready).pathname === '/readyz' ? new URL(ready).port : '' },
        logFile: join(services.folder, `${program}.log`),
        stopSignal: 'SIGTERM',
        stopTimeoutMs: 30_000,
      },
    });
  const gateway = `http://127.0.0.1:${port}/healthz`;
  const programs: Service[] =
    name === 'direct'
      ? [await start('direct', ['--import', 'tsx', 'bench/systems/direct-main.ts'], gateway)]
      : [
          await start('gateway', programArgs('gateway'), gateway),
          await start('worker', programArgs('worker'), `http://127.0.0.1:${await freePort()}/readyz`, heapFlags),
        ];
  return {
    name,
    port,
    pids: new Map([...services.pids, ...programs.map((program) => [program.name, program.pid] as const)]),
    stop: async () => {
      await Promise.all(programs.map((program) => program.stop()));
    },
  };
}

/** Tenants of their own for one run, with keys that no rate limit holds back. */
export async function makeKeys(services: BenchServices, run: string, count: number): Promise<BenchKey[]> {
  const db = openAdmin(services.databaseUrl, 1);
  const keys: BenchKey[] = [];
  for (let n = 0; n < count; n++) {
    keys.push(
      await createKey(db, parseKeyring(keyring), {
        tenantId: `${run}-${n}`,
        ratePerS: rate,
        burst: rate,
        createdBy: 'bench',
      }),
    );
  }
  await db.end();
  return keys;
}

// With BENCH_PROFILE_FOLDER each process leaves a CPU profile there when it ends.
function profiling(): string[] {
  const folder = process.env['BENCH_PROFILE_FOLDER'];
  return folder ? ['--cpu-prof', `--cpu-prof-dir=${folder}`] : [];
}

async function expectOk(url: string) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}
