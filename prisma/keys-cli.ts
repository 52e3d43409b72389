import { keyIdPattern } from '#domain/ids';
import { dayMs, hourMs, minuteMs, parseInstant, secondMs } from '#domain/instants';
import { readLine, runCommand, UsageError } from './command-line.ts';
import { createKey, deleteKey, disableKey, enableKey, keyScopes, rotateKey, type KeyScope } from './federation-keys.ts';
import { openKeyStore, type KeyStore } from './key-store.ts';
import { listKeys } from './list-federation-keys.ts';
import { rewrapSecrets } from './rewrap-secrets.ts';

const usage = `usage: npm run --silent keys -- COMMAND
  create --tenant T [--name N] [--scopes events,usage] [--rate 100] [--burst 200] [--expires INSTANT] [--refuse-v1]
  list [--tenant T] [--deleted]
  rotate KEYID [--overlap 24h]
  disable KEYID | enable KEYID | delete KEYID
  rewrap`;

/** A command line is read whole before anything is opened; what it wants is then done with the store. */
type Work = (store: KeyStore) => Promise<unknown>;

const by = 'cli';

const commands = { create, list, rotate, disable, enable, delete: remove, rewrap } satisfies Record<
  string,
  (args: string[]) => Work
>;

await runCommand({ name: 'keys', usage }, async () => run(read(process.argv.slice(2))));

function read([command = '', ...args]: string[]): Work {
  for (const [name, parse] of Object.entries(commands)) if (name === command) return parse(args);
  throw new UsageError(command === '' ? 'no command' : `no command "${command}"`);
}

async function run(work: Work) {
  const store = await openKeyStore((line) => console.error(`keys: ${line}`));
  try {
    console.log(JSON.stringify(await work(store), null, 2));
  } finally {
    await store.close();
  }
}

function create(args: string[]): Work {
  const { values } = readLine(args, {
    tenant: { type: 'string' },
    name: { type: 'string' },
    scopes: { type: 'string' },
    rate: { type: 'string' },
    burst: { type: 'string' },
    expires: { type: 'string' },
    'refuse-v1': { type: 'boolean' },
  });
  if (!values.tenant) throw new UsageError('create needs --tenant');
  const key = {
    tenantId: values.tenant,
    name: values.name,
    scopes: readScopes(values.scopes),
    ratePerS: readCount('rate', values.rate),
    burst: readCount('burst', values.burst),
    expiresAt: readInstant(values.expires),
    refusesV1: values['refuse-v1'],
    environment: process.env['APP_ENV'] === 'production' ? ('live' as const) : ('dev' as const),
    createdBy: by,
  };
  return ({ db, ring }) => createKey(db, ring, key);
}

function list(args: string[]): Work {
  const { values } = readLine(args, { tenant: { type: 'string' }, deleted: { type: 'boolean' } });
  return ({ db }) => listKeys(db, { tenantId: values.tenant, deleted: values.deleted });
}

function rotate(args: string[]): Work {
  const { values, positionals } = readLine(args, { overlap: { type: 'string' } }, 1);
  const [keyId, overlapMs] = [readKeyId(positionals), readDuration(values.overlap)];
  return ({ db, ring, channel }) => rotateKey(db, ring, keyId, { overlapMs, changedBy: by, channel });
}

function disable(args: string[]): Work {
  return changeOf(args, disableKey, 'disabled');
}

function enable(args: string[]): Work {
  return changeOf(args, enableKey, 'active');
}

function remove(args: string[]): Work {
  return changeOf(args, deleteKey, 'deleted');
}

function changeOf(args: string[], change: typeof disableKey, state: string): Work {
  const keyId = readKeyId(readLine(args, {}, 1).positionals);
  return async ({ db, channel }) => {
    await change(db, keyId, { changedBy: by, channel });
    return { keyId, state };
  };
}

function rewrap(args: string[]): Work {
  readLine(args, {});
  return async ({ db, ring }) => ({ rewrapped: await rewrapSecrets(db, ring, by), kekId: ring.writes });
}

function readKeyId([keyId = '']: string[]) {
  if (keyIdPattern.test(keyId)) return keyId;
  throw new UsageError(keyId === '' ? 'no key id' : `"${keyId}" is not a key id`);
}

function readScopes(text: string | undefined): KeyScope[] | undefined {
  if (text === undefined) return undefined;
  const named = new Set(text.split(','));
  const scopes = keyScopes.filter((scope) => named.delete(scope));
  if (named.size > 0 || scopes.length === 0) throw new UsageError('--scopes must be events, usage or events,usage');
  return scopes;
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new UsageError(`--${option} must be a whole number of at least 1`);
  return Number(text);
}

function readInstant(text: string | undefined) {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new UsageError('--expires must be an RFC 3339 instant with a zone, for example 2027-01-31T09:30:00Z');
  return instant;
}

function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const units: Readonly<Record<string, number>> = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs };
  const [, count, unit = ''] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  const unitMs = units[unit];
  if (count === undefined || unitMs === undefined)
    throw new UsageError('--overlap must be a number of s, m, h or d, for example 24h');
  return Number(count) * unitMs;
}
