import { isIP, type BlockList } from 'node:net';

/** What of a request tells where it came from. */
export interface Origin {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly rawHeaders: readonly string[];
}

const hopsMax = 16;

/**
 * The prefix that a client is limited by: an IPv4 address, or the /64 of an IPv6 one.
 * From the socket's peer it steps through X-Forwarded-For from the right while the address is a trusted proxy's;
 * the first one outside is the client, and a malformed entry ends the walk.
 */
export function clientPrefix(incoming: Origin, proxies: BlockList | undefined): string {
  const peer = peerOf(incoming.socket);
  if (!proxies || !isTrusted(peer, proxies)) return prefixOf(peer);
  const hops = forwardedFor(incoming.rawHeaders).slice(-hopsMax);
  let client = peer;
  for (const hop of hops.toReversed()) {
    const address = normalized(hop);
    if (address === undefined) break;
    client = address;
    if (!isTrusted(address, proxies)) break;
  }
  return prefixOf(client);
}

/** The prefix of who is connected; undefined for a trusted proxy, through which many come. */
export function peerPrefix(socket: Origin['socket'], proxies: BlockList | undefined): string | undefined {
  const peer = peerOf(socket);
  return proxies && isTrusted(peer, proxies) ? undefined : prefixOf(peer);
}

function peerOf({ remoteAddress }: Origin['socket']): string {
  return normalized(remoteAddress ?? '') ?? 'unknown';
}

function forwardedFor(rawHeaders: readonly string[]): string[] {
  const hops: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === 'x-forwarded-for') hops.push(...(rawHeaders[index + 1] ?? '').split(','));
  }
  return hops;
}

/** Without port and zone, an IPv4-mapped address as IPv4; undefined when it is no address. */
export function normalized(text: string): string | undefined {
  const trimmed = text.trim();
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1];
  const withoutPort = bracketed ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed;
  const address = withoutPort.replace(/%.*$/, '');
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 6 ? (mappedIpv4(address) ?? address.toLowerCase()) : address;
}

export function prefixOf(address: string): string {
  if (!address.includes(':')) return address;
  return `${groupsOf(address)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

function mappedIpv4(address: string): string | undefined {
  const groups = groupsOf(address);
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::');
  const before = parts(head);
  const after = parts(tail ?? '');
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: gap }, () => 0), ...after];
}

function parts(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function isTrusted(address: string, proxies: BlockList): boolean {
  const version = isIP(address);
  return version !== 0 && proxies.check(address, version === 6 ? 'ipv6' : 'ipv4');
}
