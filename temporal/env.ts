import { readFileSync } from 'node:fs';
import { z } from 'zod';

const count = z.coerce.number().int().min(1);

/** What the environment says. Names are told when something is wrong, values never. */
const environment = z.object({
  TEMPORAL_ADDRESS: z.string().min(1).default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS_CA_FILE: z.string().min(1).optional(),
  TEMPORAL_TLS_CERT_FILE: z.string().min(1).optional(),
  TEMPORAL_TLS_KEY_FILE: z.string().min(1).optional(),
  EVENT_WORKER: z.enum(['embedded', 'off']).default('embedded'),
  EVENT_LANES: z.enum(['auto', 'own']).default('auto'),
  EVENT_TASK_QUEUE: z.string().min(1).default('events'),
  EVENT_OWN_WORKFLOWS_PER_S: count.default(20),
  EVENT_SHARE_LINGER_MS: z.coerce.number().int().min(0).default(40),
  EVENT_SHARE_MAX: count.default(500),
  EVENT_BACKLOG_MAX: count.default(100_000),
  BILLING_TASK_QUEUE: z.string().min(1).default('billing'),
});

/** A server over the network: Temporal Cloud by its key, a cluster of our own by certificates. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly pair?: { readonly crt: Buffer; readonly key: Buffer };
}

export interface TemporalEnv {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey?: string;
  /** Absent: in clear, on loopback or inside the cluster. */
  readonly tls?: TlsFiles;
}

export interface EngineEnv extends TemporalEnv {
  readonly worker: 'embedded' | 'off';
  readonly taskQueue: string;
  readonly lanes: 'auto' | 'own';
  readonly ownWorkflowsPerS: number;
  readonly shareLingerMs: number;
  readonly shareMax: number;
  readonly backlogMax: number;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Where jobs are run. */
export interface BillingEnv extends TemporalEnv {
  readonly taskQueue: string;
}

/** @throws with the names of the variables that are malformed */
export function readBillingEnv(env: Variables): BillingEnv {
  const read = parse(env);
  return { ...readServer(read), taskQueue: read.BILLING_TASK_QUEUE };
}

/** @throws with the names of the variables that are malformed */
export function readEngineEnv(env: Variables): EngineEnv {
  const read = parse(env);
  return {
    ...readServer(read),
    worker: read.EVENT_WORKER,
    taskQueue: read.EVENT_TASK_QUEUE,
    lanes: read.EVENT_LANES,
    ownWorkflowsPerS: read.EVENT_OWN_WORKFLOWS_PER_S,
    shareLingerMs: read.EVENT_SHARE_LINGER_MS,
    shareMax: read.EVENT_SHARE_MAX,
    backlogMax: read.EVENT_BACKLOG_MAX,
  };
}

function parse(env: Variables): z.infer<typeof environment> {
  const result = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (result.success) return result.data;
  const names = new Set(result.error.issues.map((issue) => issue.path.join('.')));
  throw new Error(`malformed in the environment: ${[...names].join(', ')}`);
}

function readServer(read: z.infer<typeof environment>): TemporalEnv {
  const tls = readTls(read);
  return {
    address: read.TEMPORAL_ADDRESS,
    namespace: read.TEMPORAL_NAMESPACE,
    ...(read.TEMPORAL_API_KEY === undefined ? {} : { apiKey: read.TEMPORAL_API_KEY }),
    ...(tls && { tls }),
  };
}

function readTls(read: z.infer<typeof environment>): TlsFiles | undefined {
  const { TEMPORAL_TLS_CA_FILE: ca, TEMPORAL_TLS_CERT_FILE: crt, TEMPORAL_TLS_KEY_FILE: key } = read;
  if ((crt === undefined) !== (key === undefined)) {
    throw new Error('TEMPORAL_TLS_CERT_FILE and TEMPORAL_TLS_KEY_FILE are set together or not at all');
  }
  if (ca === undefined && crt === undefined && read.TEMPORAL_API_KEY === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(crt !== undefined && key !== undefined && { pair: { crt: readFileSync(crt), key: readFileSync(key) } }),
  };
}
