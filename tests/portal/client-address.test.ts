import { describe, expect, it } from 'vitest';
import { addressPrefix, clientAddress, peerHeader } from '#portal/auth/client-address';
import { isSameOrigin } from '#portal/auth/same-origin';

const headers = (values: Record<string, string>) => new Headers(values);

describe('the address of a client', () => {
  it.each([
    [{ [peerHeader]: '203.0.113.9', 'x-forwarded-for': '1.1.1.1' }, '', '203.0.113.9'],
    [{ [peerHeader]: '10.0.0.2', 'x-forwarded-for': '1.1.1.1, 198.51.100.7' }, '10.0.0.0/8', '198.51.100.7'],
    [{ [peerHeader]: '10.0.0.2', 'x-forwarded-for': '1.1.1.1, 198.51.100.7, 10.0.0.9' }, '10.0.0.0/8', '198.51.100.7'],
    [{ [peerHeader]: '10.0.0.2' }, '10.0.0.0/8', '10.0.0.2'],
    [{ [peerHeader]: '10.0.0.2', 'x-forwarded-for': 'rubbish' }, '10.0.0.2', '10.0.0.2'],
    [{ [peerHeader]: '::ffff:203.0.113.9' }, '', '203.0.113.9'],
    [{ [peerHeader]: '2001:db8::1', 'x-forwarded-for': '2001:db8:1::5' }, '2001:db8::/64', '2001:db8:1::5'],
    [{}, '', 'unknown'],
  ])('%j behind %j is %s: what it wrote itself is never believed', (values, trusted, address) =>
    expect(clientAddress(headers(values), trusted)).toBe(address),
  );

  it.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['2001:db8:0:1:aaaa::1', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is limited as %s', (address, prefix) => expect(addressPrefix(address)).toBe(prefix));
});

describe('the rule against forged requests', () => {
  const own = 'https://portal.example';

  it.each([
    [{ origin: own }, true],
    [{ origin: own, 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' }, false],
    [{ origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{}, false],
  ])('%j passes: %s', (values, passes) => expect(isSameOrigin(headers(values), own)).toBe(passes));
});
