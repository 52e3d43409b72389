import type { EpochMs } from '#domain/instants';

/**
 * Arrays as Postgres reads them in its binary form: nothing is escaped, looked at for quotes or read as text again, which for the rows of a set
 * costs more than to insert them. Undefined is null.
 */
type Elements<T> = readonly (T | undefined)[];

const oids = { bigint: 20, text: 25, instant: 1184 } as const;

export function textArray(values: Elements<string>): Buffer {
  return arrayOf(oids.text, values, textBytes, writeText);
}

export function bigintArray(values: Elements<bigint>): Buffer {
  return arrayOf(oids.bigint, values, eightBytes, writeBigint);
}

/** Of timestamptz: microseconds from 2000 on. Its infinities are the numbers'. */
export function instantArray(values: Elements<EpochMs>): Buffer {
  return arrayOf(oids.instant, values, eightBytes, writeInstant);
}

const headBytes = 20;
const nullBytes = -1;

function arrayOf<T>(
  oid: number,
  values: Elements<T>,
  bytesOf: (value: T) => number,
  write: (buffer: Buffer, value: T, at: number, bytes: number) => void,
): Buffer {
  // By number: for each of its steps an iterator leaves an object behind.
  const sizes = new Int32Array(values.length);
  let size = headBytes;
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    const bytes = value === undefined ? nullBytes : bytesOf(value);
    sizes[n] = bytes;
    size += 4 + Math.max(bytes, 0);
  }
  const buffer = Buffer.allocUnsafe(size);
  writeHead(buffer, oid, values);
  let at = headBytes;
  for (let n = 0; n < values.length; n++) {
    const value = values[n];
    const bytes = sizes[n] ?? nullBytes;
    at = buffer.writeInt32BE(bytes, at);
    if (value === undefined) continue;
    write(buffer, value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** One dimension whose elements count from 1. */
function writeHead(buffer: Buffer, oid: number, values: readonly unknown[]): void {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(values.includes(undefined) ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16);
}

function eightBytes(): number {
  return 8;
}

function textBytes(value: string): number {
  return Buffer.byteLength(value);
}

function writeText(buffer: Buffer, value: string, at: number, bytes: number): void {
  // Every byte a character: the short way.
  buffer.write(value, at, bytes, bytes === value.length ? 'latin1' : 'utf8');
}

function writeBigint(buffer: Buffer, value: bigint, at: number): void {
  const number = Number(value);
  if (Number.isSafeInteger(number)) writeProduct(buffer, number, 1, at);
  else buffer.writeBigInt64BE(value, at);
}

const microsPerMs = 1_000;
const year2000 = Date.UTC(2000, 0, 1);
const infinity = 2n ** 63n - 1n;

function writeInstant(buffer: Buffer, value: EpochMs, at: number): void {
  if (Number.isFinite(value)) writeProduct(buffer, value - year2000, microsPerMs, at);
  else buffer.writeBigInt64BE(value > 0 ? infinity : -infinity - 1n, at);
}

const halfOf64 = 2 ** 32;

/** In halves: a bigint per number is most of what the arrays would leave behind. */
function writeProduct(buffer: Buffer, value: number, factor: number, at: number): void {
  const high = Math.floor(value / halfOf64);
  const low = (value - high * halfOf64) * factor;
  const carry = Math.floor(low / halfOf64);
  buffer.writeInt32BE(high * factor + carry, at);
  buffer.writeUInt32BE(low - carry * halfOf64, at + 4);
}
