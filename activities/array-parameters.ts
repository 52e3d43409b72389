import type { EpochMs } from '#domain/instants';

/**
 * Arrays as Postgres reads them in its binary form: nothing is escaped, looked at for quotes or read as text again, which for the rows of a set
 * costs more than to insert them. Undefined is null.
 */
type Elements<T> = readonly (T | undefined)[];

const oids = { bigint: 20, text: 25, instant: 1184, json: 3802 } as const;

export function textArray(values: Elements<string>): Buffer {
  return arrayOf(oids.text, values, Buffer.byteLength, writeText);
}

export function bigintArray(values: Elements<bigint>): Buffer {
  return arrayOf(oids.bigint, values, eightBytes, (buffer, value, at) => buffer.writeBigInt64BE(value, at));
}

/** Of timestamptz: microseconds from 2000 on. Its infinities are the numbers'. */
export function instantArray(values: Elements<EpochMs>): Buffer {
  return arrayOf(oids.instant, values, eightBytes, writeInstant);
}

/** Of jsonb: each its text, after the number of the form. */
export function jsonArray(values: readonly object[]): Buffer {
  const texts = values.map((value) => JSON.stringify(value));
  return arrayOf(oids.json, texts, jsonBytes, writeJson);
}

const headBytes = 20;
const nullBytes = -1;

function arrayOf<T>(
  oid: number,
  values: Elements<T>,
  bytesOf: (value: T) => number,
  write: (buffer: Buffer, value: T, at: number, bytes: number) => void,
): Buffer {
  const sizes = values.map((value) => (value === undefined ? nullBytes : bytesOf(value)));
  const buffer = Buffer.allocUnsafe(sizes.reduce((sum, bytes) => sum + 4 + Math.max(bytes, 0), headBytes));
  writeHead(buffer, oid, values.length, sizes.includes(nullBytes));
  let at = headBytes;
  for (const [n, value] of values.entries()) {
    const bytes = sizes[n] ?? nullBytes;
    buffer.writeInt32BE(bytes, at);
    at += 4;
    if (value === undefined) continue;
    write(buffer, value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/** One dimension whose elements count from 1. */
function writeHead(buffer: Buffer, oid: number, length: number, hasNulls: boolean): void {
  for (const [n, part] of [1, Number(hasNulls), oid, length, 1].entries()) buffer.writeInt32BE(part, n * 4);
}

function eightBytes(): number {
  return 8;
}

function writeText(buffer: Buffer, value: string, at: number, bytes: number): void {
  // Every byte a character: the short way.
  buffer.write(value, at, bytes, bytes === value.length ? 'latin1' : 'utf8');
}

const microsPerMs = 1_000n;
const year2000 = Date.UTC(2000, 0, 1);
const infinity = 2n ** 63n - 1n;

function writeInstant(buffer: Buffer, value: EpochMs, at: number): void {
  buffer.writeBigInt64BE(microsOf(value), at);
}

function microsOf(value: EpochMs): bigint {
  if (Number.isFinite(value)) return BigInt(value - year2000) * microsPerMs;
  return value > 0 ? infinity : -infinity - 1n;
}

const jsonVersion = 1;

function jsonBytes(text: string): number {
  return Buffer.byteLength(text) + 1;
}

function writeJson(buffer: Buffer, text: string, at: number, bytes: number): void {
  buffer[at] = jsonVersion;
  writeText(buffer, text, at + 1, bytes - 1);
}
