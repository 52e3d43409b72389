/** What a first request is made of. */
export interface SignedCurl {
  readonly gatewayUrl: string;
  readonly keyId: string;
  readonly secret: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  readonly atMs: number;
}

/** How long the gateway takes a timestamp, to either side. */
export const signatureValidS = 300;

/**
 * A request that the gateway takes as it is, signed where the secret is: in the browser that was told it, which sends it nowhere.
 * The command holds the signature and not the secret.
 */
export async function signedCurl({ gatewayUrl, keyId, secret, tenantId, scopes, atMs }: SignedCurl): Promise<string> {
  const isEvents = scopes.includes('events');
  const target = isEvents ? '/api/federation/events' : '/api/federation/usage';
  const [nonce, idempotencyKey] = [randomHex(), randomHex()];
  const body = JSON.stringify(isEvents ? eventOf(tenantId, atMs, nonce) : usageOf(tenantId, atMs));
  const timestamp = String(Math.floor(atMs / 1_000));
  const digest = hex(await crypto.subtle.digest('SHA-256', bytes(body)));
  const canonical = ['POST', target, keyId, timestamp, nonce, digest, idempotencyKey].join('\n');
  const headers = {
    'content-type': 'application/json',
    'x-provider-keyid': keyId,
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-idempotency-key': idempotencyKey,
    'x-signature': `v2=${await hmac(secret, canonical)}`,
  };
  return [
    `curl -sS ${quoted(gatewayUrl + target)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(body)}`,
  ].join(' \\\n  ');
}

function eventOf(tenantId: string, atMs: number, id: string) {
  return {
    type: 'lead.created',
    tenantId,
    occurredAt: new Date(atMs).toISOString(),
    data: { leadId: `lead-${id.slice(0, 12)}`, source: 'web' },
  };
}

function usageOf(tenantId: string, atMs: number) {
  const hourMs = 3_600_000;
  const windowEnd = Math.floor(atMs / hourMs) * hourMs;
  return [
    {
      tenantId,
      meter: 'emails_sent',
      quantity: 1,
      windowStart: new Date(windowEnd - hourMs).toISOString(),
      windowEnd: new Date(windowEnd).toISOString(),
    },
  ];
}

async function hmac(secret: string, text: string): Promise<string> {
  const key = await crypto.subtle.importKey('raw', bytes(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hex(await crypto.subtle.sign('HMAC', key, bytes(text)));
}

function randomHex(): string {
  return hex(crypto.getRandomValues(new Uint8Array(16)).buffer);
}

function bytes(text: string) {
  return new TextEncoder().encode(text);
}

function hex(buffer: ArrayBuffer): string {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** One word for a POSIX shell, whatever is in it. */
function quoted(text: string) {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
