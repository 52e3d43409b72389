import type pg from 'pg';
import { createClient, type Client } from '#client/client';
import { TributaryError } from '#client/errors';
import { createKey, deleteKey } from '#prisma/federation-keys';
import type { EpochMs } from '#domain/instants';
import type { Keyring } from '#prisma/keyring';
import type { Moment } from './moments.ts';

/** Tells what tenants have to say, by the client's library, each with a key of its own that is deleted afterwards. */
export interface Telling {
  /** @param onNext is told when the next one is, so that it is received then */
  tell(moments: readonly Moment[], onNext: (at: EpochMs) => void): Promise<void>;
  /** Signs it with a secret that is not its key's: refused, and staff read in the log why. */
  missign(moment: Moment): Promise<void>;
  /** All that was told stands in the books, or is rejected, as long after its receipt as it took. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const atOnce = 12;
const unlimited = 1_000_000;
const settleTimeoutMs = 120_000;
const triesMax = 20;
const waitMs = 1_000;
/** In flight, over a rate, and all that says that the other side has trouble. */
const patientStatuses: readonly number[] = [409, 429, 500, 502, 503, 504];
const lookEveryMs = 50;

interface Teller {
  readonly client: Client;
  readonly keyId: string;
}

/** What was accepted, and when it was sent by the clock that verdicts have. */
interface Sent {
  readonly org_id: string;
  readonly event_id: string;
  readonly sent_ms: EpochMs;
}

export async function openTelling(
  db: pg.Pool,
  ring: Keyring,
  gatewayUrl: string,
  orgIds: readonly string[],
): Promise<Telling> {
  const tellers = new Map<string, Teller>();
  for (const tenantId of orgIds) {
    const rate = { ratePerS: unlimited, burst: unlimited };
    const { keyId, secret } = await createKey(db, ring, { tenantId, name: 'story', createdBy: 'demo', ...rate });
    tellers.set(tenantId, { keyId, client: createClient({ baseUrl: gatewayUrl, keyId, secret, attemptsMax: 5 }) });
  }
  const sent: Sent[] = [];
  return {
    async tell(moments, onNext) {
      const waiting = [...moments];
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          onNext(next.at);
          sent.push(await send(tellers.get(next.orgId)?.client, next));
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
    },
    async missign(moment) {
      const keyId = tellers.get(moment.orgId)?.keyId ?? '';
      const client = createClient({ baseUrl: gatewayUrl, keyId, secret: 'fsk_of-another-key', attemptsMax: 1 });
      const refusal = await request(client, moment).catch((error: unknown) => error);
      const isRefused = refusal instanceof TributaryError && refusal.code === 'signature_invalid';
      if (!isRefused) throw new Error('a wrong signature was not refused', { cause: refusal });
    },
    async settled() {
      await untilApplied(db, orgIds);
      await dateVerdicts(db, sent.splice(0));
    },
    async close() {
      for (const { keyId } of tellers.values()) await deleteKey(db, keyId, { changedBy: 'demo' });
    },
  };
}

/** A machine that is busy with other things answers late: told again with its key it is told once. */
async function send(client: Client | undefined, moment: Moment): Promise<Sent> {
  if (!client) throw new Error(`nobody tells for ${moment.orgId}`);
  for (let tries = 1; ; tries++) {
    const sentAt = Date.now();
    try {
      const { id } = await request(client, moment);
      return { org_id: moment.orgId, event_id: id, sent_ms: sentAt };
    } catch (error) {
      const isWorthIt =
        error instanceof TributaryError && (error.status === undefined || patientStatuses.includes(error.status));
      if (!isWorthIt || tries === triesMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}

function request(client: Client, { orgId, key, told }: Moment) {
  if ('event' in told) return client.sendEvent(told.event, { idempotencyKey: key });
  return client.sendUsage(
    told.usage.map((row) => ({ ...row, tenantId: orgId })),
    { idempotencyKey: key },
  );
}

async function untilApplied(db: pg.Pool, orgIds: readonly string[]) {
  const deadline = Date.now() + settleTimeoutMs;
  for (;;) {
    const { rowCount } = await db.query('select from event_pending where org_id = any($1) limit 1', [orgIds]);
    if (rowCount === 0) return;
    if (Date.now() > deadline) throw new Error('events wait to be applied: do the gateway and the worker run?');
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

/** Workers decide by the clock of today, days after the receipt in a story: each verdict is put as long after it as it came after the sending. */
async function dateVerdicts(db: pg.Pool, sent: readonly Sent[]) {
  await db.query(
    `update event_verdict v set decided_at = v.received_at + (v.decided_at - to_timestamp(s.sent_ms / 1000.0))
     from json_to_recordset($1) s (org_id text, event_id text, sent_ms bigint)
     where v.org_id = s.org_id and v.event_id = s.event_id and v.decided_at >= to_timestamp(s.sent_ms / 1000.0)`,
    [JSON.stringify(sent)],
  );
}
