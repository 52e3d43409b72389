import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { requireNode } from '#domain/node-version';
import { peerHeader } from '../auth/client-address.ts';
import { discover, isAway } from '../auth/oidc.ts';
import { seedStaff } from '../auth/seed-staff.ts';
import { database } from './database.ts';
import { environment } from './environment.ts';
import { log } from './log.ts';
import { now } from './now.ts';
import { orderStarter } from './orders.ts';
import { booted, readiness } from './readiness.ts';

const retryMs = 1_000;

/** Checks the environment, or ends the process; then makes the staff tables say what the environment says. */
export async function boot(): Promise<void> {
  try {
    requireNode(process.versions.node);
    environment();
    await checkProvider();
    orderStarter();
  } catch (error) {
    log.fatal(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
  endInOrder();
  tellPeerAddresses();
  process.send?.(booted);
  await trySeeding();
  if (!readiness.isSeeded) void keepSeeding();
}

/** A provider that says it is somebody else ends the process; one that is away is read again when somebody signs in. */
async function checkProvider() {
  const { OIDC } = environment();
  if (!OIDC) return;
  await discover(OIDC).catch((error: unknown) => {
    if (!isAway(error)) throw new Error(`OIDC_ISSUER: ${error instanceof Error ? error.message : String(error)}`);
    log.warn({ issuer: OIDC.issuer }, 'the identity provider is away');
  });
}

/** One structured line; the digest is what the page shows. */
export function logRequestError(
  error: unknown,
  where: { readonly method: string; readonly path: string; readonly route: string },
): void {
  const digest = typeof error === 'object' && error !== null && 'digest' in error ? String(error.digest) : undefined;
  log.error({ ...where, digest, error: error instanceof Error ? error.stack : String(error) }, 'request failed');
}

// A stop that was asked for is no failure; Next would say 128 + the signal.
function endInOrder() {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      process.once('exit', () => {
        process.exitCode = 0;
      });
    });
  }
}

// Next keeps an x-forwarded-for that the client wrote; the socket's own address cannot be written by it.
function tellPeerAddresses() {
  subscribe('http.server.request.start', (message) => {
    if (!isRequestStart(message)) return;
    message.request.headers[peerHeader] = message.request.socket.remoteAddress ?? '';
  });
}

function isRequestStart(message: unknown): message is { readonly request: IncomingMessage } {
  return typeof message === 'object' && message !== null && 'request' in message;
}

async function trySeeding() {
  const { PROVIDER_STAFF } = environment();
  try {
    await seedStaff(database().pool, PROVIDER_STAFF, now());
    readiness.isSeeded = true;
    log.info({ staff: PROVIDER_STAFF.length }, 'staff seeded');
  } catch (error) {
    log.error({ error: String(error) }, 'staff not seeded, trying again');
  }
}

async function keepSeeding() {
  while (!readiness.isSeeded) {
    await sleep(retryMs);
    await trySeeding();
  }
}
