export type DemoKey = { readonly keyId: string; readonly secret: string; readonly tenantId: string };

/** A command that signs a new event at the moment it is run, and sends it. */
export function firstEventCommand(gateway: string, { keyId, secret, tenantId }: DemoKey): string {
  return `(
  url='${gateway}' target='/api/federation/events' key='${keyId}' secret='${secret}'
  time=$(date +%s) nonce=$(openssl rand -hex 16) once=$(openssl rand -hex 16)
  body='{"type":"lead.created","tenantId":"${tenantId}","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","data":{"leadId":"lead-'$nonce'","source":"website","company":"Lovelace Ltd"}}'
  hash=$(printf '%s' "$body" | openssl dgst -sha256 -r | cut -d' ' -f1)
  signature=$(printf '%s\\n%s\\n%s\\n%s\\n%s\\n%s\\n%s' POST "$target" "$key" "$time" "$nonce" "$hash" "$once" | openssl dgst -sha256 -hmac "$secret" -r | cut -d' ' -f1)
  curl -sS "$url$target" -H 'content-type: application/json' -H 'prefer: wait=5' \\
    -H "x-provider-keyid: $key" -H "x-timestamp: $time" -H "x-nonce: $nonce" \\
    -H "x-idempotency-key: $once" -H "x-signature: v2=$signature" --data-binary "$body"; echo
)`;
}
