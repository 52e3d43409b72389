import { createHmac, timingSafeEqual } from 'node:crypto';
import { secondMs } from '#domain/instants';
import type { EpochMs } from '#domain/instants';

/** Codes by time, RFC 6238: SHA-1, six digits, thirty seconds, as every authenticator app has them. */
export const stepMs = 30 * secondMs;
const digits = 6;
const stepsEitherWay = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function stepOf(at: EpochMs): number {
  return Math.floor(at / stepMs);
}

export function codeOfStep(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac.readUInt8(mac.length - 1) & 0x0f;
  const number = (mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

/** The step whose code it is, this one or a neighbour; whoever takes it sees that no step is taken twice. */
export function matchingStep(secret: Buffer, code: string, now: EpochMs): number | undefined {
  const told = Buffer.from(code);
  const current = stepOf(now);
  let found: number | undefined;
  for (let step = current - stepsEitherWay; step <= current + stepsEitherWay; step++) {
    const right = Buffer.from(codeOfStep(secret, step));
    if (told.length === right.length && timingSafeEqual(told, right)) found = step;
  }
  return found;
}

/** RFC 4648 without padding: what an app takes when typed. */
export function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let kept = 0;
  for (const byte of bytes) {
    kept = (kept << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(kept >>> bits) & 31];
    }
    kept &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(kept << (5 - bits)) & 31] : text;
}

/** What a QR code tells an app. */
export function otpauthUri(secret: Buffer, issuer: string, account: string): string {
  const query = new URLSearchParams({ secret: base32(secret), issuer });
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${query}`;
}
