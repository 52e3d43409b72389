import { signingCommand } from '#domain/signing-command';

export type DemoKey = { readonly keyId: string; readonly secret: string; readonly tenantId: string };

/** A command that signs a new event at the moment it is run, and sends it. */
export function firstEventCommand(gateway: string, { keyId, secret, tenantId }: DemoKey): string {
  return signingCommand({
    url: gateway,
    target: '/api/federation/events',
    keyId,
    secret,
    tenant: tenantId,
    body: `'{"type":"lead.created","tenantId":"'$tenant'","occurredAt":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","data":{"leadId":"lead-'$nonce'","source":"website","company":"Lovelace Ltd"}}'`,
    headers: ['prefer: wait=5'],
  });
}
