import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { createClient, eventsTarget } from './client.ts';
import { conformance } from './conformance/command.ts';
import { TributaryError } from './errors.ts';
import { sign } from './sign.ts';
import { UsageError } from './usage-error.ts';

const usage = `usage: npm run --silent client -- COMMAND
  send [FILE]    one event            [--idempotency-key K] [--wait S]
  usage [FILE]   1 to 1,000 rows      [--idempotency-key K] [--wait S]
  state ID       of an accepted request
  sign [FILE]    shows the headers    [--method POST] [--target ${eventsTarget}] [--idempotency-key K]
                                      [--timestamp S] [--nonce N] [--v1]
  conformance    tests a gateway      --tenant T [--keys FILE] [--json]
FILE is sent as it is, byte for byte; without it, or for "-", standard input is.
Each takes --url or TRIBUTARY_URL, --key-id or TRIBUTARY_KEY_ID, --secret-file or TRIBUTARY_SECRET (never as an argument:
other users of a machine see those).`;

const options = {
  url: { type: 'string' },
  'key-id': { type: 'string' },
  'secret-file': { type: 'string' },
  'idempotency-key': { type: 'string' },
  wait: { type: 'string' },
  method: { type: 'string' },
  target: { type: 'string' },
  timestamp: { type: 'string' },
  nonce: { type: 'string' },
  v1: { type: 'boolean' },
  tenant: { type: 'string' },
  keys: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** 0 done, 1 refused, 2 not understood, 3 no telling what became of it: send the same again. */
const exitCodes = { refused: 1, usage: 2, unknown: 3 } as const;

try {
  const [command = '', ...positionals] = read().positionals;
  if (read().values.help) console.log(usage);
  else await run(command, positionals);
} catch (error) {
  process.exitCode = explain(error);
}

async function run(command: string, [given, ...rest]: string[]) {
  const argument = given ?? '-';
  if (rest.length > 0) throw new UsageError(`unexpected "${rest[0]}"`);
  if (command === 'send') return print(await send('sendEvent', argument));
  if (command === 'usage') return print(await send('sendUsage', argument));
  if (command === 'state') {
    if (given === undefined) throw new UsageError('state needs the id of an accepted request');
    return print(await (await client()).state(given));
  }
  if (command === 'sign') return print(await signed(argument));
  if (command === 'conformance') {
    const { tenant, keys, json = false } = read().values;
    const report = await conformance({ baseUrl: url(), ...(await key()), tenantId: tenant, keysFile: keys });
    console.log(json ? JSON.stringify(report.results, null, 2) : report.text);
    if (report.failed > 0) process.exitCode = exitCodes.refused;
    return undefined;
  }
  throw new UsageError(command === '' ? 'no command' : `no command "${command}"`);
}

/** The same bytes get the same idempotency key, so that a command that is repeated in doubt does nothing twice. */
async function send(method: 'sendEvent' | 'sendUsage', file: string) {
  const body = await readBody(file);
  const { 'idempotency-key': given, wait } = read().values;
  const idempotencyKey = given ?? `cli-${createHash('sha256').update(body).digest('hex')}`;
  if (wait !== undefined && !/^([1-9]|10)$/.test(wait)) throw new UsageError('--wait must be 1 to 10 seconds');
  const answer = await (
    await client()
  )[method](body, { idempotencyKey, waitS: wait === undefined ? undefined : Number(wait) });
  return { ok: true, ...answer, idempotencyKey };
}

async function signed(file: string) {
  const { method = 'POST', target: requestTarget = eventsTarget, v1, ...given } = read().values;
  const { keyId, secret } = await key();
  const body = method === 'GET' ? Buffer.alloc(0) : await readBody(file);
  const timestamp = given.timestamp ?? String(Math.floor(Date.now() / 1_000));
  const nonce = given.nonce ?? randomBytes(18).toString('base64url');
  const idempotencyKey = given['idempotency-key'] ?? '';
  if (method === 'POST' && idempotencyKey === '') throw new UsageError('sign needs --idempotency-key');
  const version = v1 ? 1 : 2;
  const { signature, ...rest } = sign({
    method,
    requestTarget,
    keyId,
    secret,
    timestamp,
    nonce,
    idempotencyKey,
    body,
    version,
  });
  const headers = {
    'x-provider-keyid': keyId,
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': signature,
    ...(method === 'POST' && { 'x-idempotency-key': idempotencyKey, 'content-type': 'application/json' }),
  };
  return { method, requestTarget, headers, ...rest };
}

async function client() {
  return createClient({ baseUrl: url(), ...(await key()) });
}

function url() {
  const given = read().values.url ?? process.env['TRIBUTARY_URL'];
  if (!given || !URL.canParse(given))
    throw new UsageError('no gateway: set --url or TRIBUTARY_URL, for example http://127.0.0.1:4000');
  return given;
}

async function key() {
  const { 'key-id': id, 'secret-file': file } = read().values;
  const keyId = id ?? process.env['TRIBUTARY_KEY_ID'];
  const secret = file === undefined ? process.env['TRIBUTARY_SECRET'] : (await readFile(file, 'utf8')).trim();
  if (!keyId) throw new UsageError('no key: set --key-id or TRIBUTARY_KEY_ID');
  if (!secret) throw new UsageError('no secret: set TRIBUTARY_SECRET or --secret-file');
  return { keyId, secret };
}

function readBody(file: string): Promise<Buffer> {
  return file === '-' ? buffer(process.stdin) : readFile(file);
}

function read() {
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function print(value: object): undefined {
  console.log(JSON.stringify(value, null, 2));
  return undefined;
}

/** A refusal is JSON on stdout too, for scripts; one line on stderr is for people. */
function explain(error: unknown): number {
  if (error instanceof UsageError || error instanceof TypeError) {
    console.error(`client: ${error.message}\n${usage}`);
    return exitCodes.usage;
  }
  if (error instanceof TributaryError) {
    const { status, code, requestId, issues, attempts, isOutcomeUnknown } = error;
    print({ ok: false, code, status, message: error.message, requestId, issues, attempts, isOutcomeUnknown });
    console.error(`client: ${error.message}${error.cause instanceof Error ? ` (${reasonOf(error.cause)})` : ''}`);
    return isOutcomeUnknown ? exitCodes.unknown : exitCodes.refused;
  }
  console.error(`client: ${error instanceof Error ? reasonOf(error) : String(error)}`);
  return exitCodes.refused;
}

/** fetch says only "fetch failed"; what failed is its cause. */
function reasonOf(error: Error): string {
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}
