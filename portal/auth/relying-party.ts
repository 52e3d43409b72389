import { isIP } from 'node:net';

/** Whom a passkey is bound to: the host name that browsers reach the portal by. */
export interface RelyingParty {
  readonly id: string;
  readonly origin: string;
}

/** Undefined where browsers reach the portal by an address: a passkey is bound to a name. */
export function relyingParty(appOrigin: string): RelyingParty | undefined {
  const { hostname, origin } = new URL(appOrigin);
  const isAddress = isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0;
  return isAddress ? undefined : { id: hostname, origin };
}
