import { describe, expect, it } from 'vitest';
import { base32, codeOfStep, matchingStep, otpauthUri, stepMs, stepOf } from '#portal/auth/totp';

/** RFC 6238, appendix B, SHA-1: eight digits there, of which an app shows the last six. */
const secret = Buffer.from('12345678901234567890');

describe('codes by time', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %d are those of the RFC', (second, eight) => {
    expect(codeOfStep(secret, stepOf(second * 1_000))).toBe(eight.slice(-6));
  });

  it('are taken one step early or late, and no further', () => {
    const now = 1_234_567_890_000;
    const steps = [-2, -1, 0, 1, 2].map((off) => matchingStep(secret, codeOfStep(secret, stepOf(now) + off), now));
    expect(steps).toEqual([undefined, stepOf(now) - 1, stepOf(now), stepOf(now) + 1, undefined]);
    expect(matchingStep(secret, codeOfStep(secret, stepOf(now)), now + 2 * stepMs)).toBeUndefined();
  });

  it.each(['', '12345', '1234567', 'abcdef', '１２３４５６'])('%j is none', (text) => {
    expect(matchingStep(secret, text, 1_234_567_890_000)).toBeUndefined();
  });

  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('base32 of %j is that of RFC 4648, without padding', (text, encoded) => {
    expect(base32(Buffer.from(text))).toBe(encoded);
  });

  it('an app is told issuer, account and secret', () => {
    expect(otpauthUri(secret, 'Tributary', 'a+b@example.com')).toBe(
      'otpauth://totp/Tributary:a%2Bb%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Tributary',
    );
  });
});
