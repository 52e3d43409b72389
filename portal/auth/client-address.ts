import { BlockList, isIP } from 'node:net';

/** The header in which boot hands on the address of the socket; a client's own copy of it is overwritten. */
export const peerHeader = 'x-peer-address';

/**
 * The address of the client: the peer, or where the peer is a trusted proxy, the last address before the trusted ones.
 * The leftmost x-forwarded-for is whatever the client wrote and is never believed.
 * @param trusted comma-separated CIDR blocks or addresses
 */
export function clientAddress(headers: { get(name: string): string | null }, trusted: string): string {
  const isTrusted = trustOf(trusted);
  const chain = (headers.get('x-forwarded-for') ?? '').split(',').map((part) => bare(part.trim()));
  let address = bare(headers.get(peerHeader) ?? '');
  while (isTrusted(address)) {
    const before = chain.pop();
    if (!before || isIP(before) === 0) break;
    address = before;
  }
  return isIP(address) === 0 ? 'unknown' : address;
}

/** The block that is limited as one: /24 of IPv4, /64 of IPv6. */
export function addressPrefix(address: string): string {
  if (isIP(address) === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (isIP(address) === 6) return `${expandIpv6(address).slice(0, 4).join(':')}::/64`;
  return address;
}

function bare(address: string) {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return mapped?.[1] ?? address;
}

function trustOf(trusted: string) {
  const list = new BlockList();
  for (const block of trusted.split(',').map((part) => part.trim())) {
    const [net = '', bits] = block.split('/');
    const family = isIP(net);
    if (family === 0) continue;
    list.addSubnet(net, bits === undefined ? (family === 4 ? 32 : 128) : Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return (address: string) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

function expandIpv6(address: string) {
  const [head = '', tail] = address.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const gap = tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...gap, ...right].map((group) => Number.parseInt(group, 16).toString(16));
}
