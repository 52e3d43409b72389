import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const cost: Cost = { N: 2 ** 17, r: 8, p: 1 };
const maxmem = 256 * 1024 * 1024;
const saltBytes = 16;
const keyBytes = 32;
const costMax: Cost = { N: 2 ** 20, r: 16, p: 4 };

/** `scrypt$N$r$p$salt$key` with a new salt; salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, cost);
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Compares in constant time. Without a stored hash it does the same work and says no. */
export async function verifyPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const parsed = stored ? parse(stored) : undefined;
  const { salt, key, ...told } = parsed ?? { ...cost, salt: Buffer.alloc(saltBytes), key: Buffer.alloc(keyBytes) };
  const derived = await derive(password, salt, told);
  return timingSafeEqual(derived, key) && parsed !== undefined;
}

export function isPasswordHash(text: string): boolean {
  return parse(text) !== undefined;
}

function parse(stored: string) {
  const [scheme, N, r, p, salt, key, ...rest] = stored.split('$');
  if (scheme !== 'scrypt' || !salt || !key || rest.length > 0) return undefined;
  const told = { N: Number(N), r: Number(r), p: Number(p) };
  const isBounded =
    told.N >= 2 && told.N <= costMax.N && told.r >= 1 && told.r <= costMax.r && told.p >= 1 && told.p <= costMax.p;
  const keyBuffer = Buffer.from(key, 'base64url');
  if (!isBounded || keyBuffer.length !== keyBytes) return undefined;
  return { ...told, salt: Buffer.from(salt, 'base64url'), key: keyBuffer };
}

function derive(password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
