import { signingCommand } from '#domain/signing-command';

/** A command per route that signs itself when it is run, with nothing but a shell, openssl and curl. */
export interface CurlExample {
  readonly title: string;
  readonly command: string;
}

const post = (target: string, body: string) => (baseUrl: string) =>
  signingCommand({
    url: baseUrl,
    target,
    keyId: 'YOUR_KEY_ID',
    secret: 'YOUR_SECRET',
    tenant: 'YOUR_TENANT',
    body,
  });

const event = post(
  '/api/federation/events',
  `'{"type":"lead.created","tenantId":"'$tenant'","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","data":{"leadId":"lead-'$nonce'","source":"web"}}'`,
);

const usage = post(
  '/api/federation/usage',
  `'[{"tenantId":"'$tenant'","meter":"emails_sent","quantity":120,"windowStart":"2026-01-31T08:00:00Z","windowEnd":"2026-01-31T09:00:00Z"}]'`,
);

const state = (baseUrl: string) => `(
  url='${baseUrl}' target='/api/federation/events/THE_ID' key='YOUR_KEY_ID' secret='YOUR_SECRET'
  time=$(date +%s) nonce=$(openssl rand -hex 16) hash=$(printf '' | openssl dgst -sha256 -r | cut -d' ' -f1)
  signature=$(printf '%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n' GET "$target" "$key" "$time" "$nonce" "$hash" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
  curl -sS "$url$target" -H "x-provider-keyid: $key" -H "x-timestamp: $time" -H "x-nonce: $nonce" \\
    -H "x-signature: v2=$signature"; echo
)`;

export function curlExamples(baseUrl: string): readonly CurlExample[] {
  return [
    { title: 'POST /api/federation/events', command: event(baseUrl) },
    { title: 'POST /api/federation/usage', command: usage(baseUrl) },
    { title: 'GET /api/federation/events/{id}', command: state(baseUrl) },
  ];
}
