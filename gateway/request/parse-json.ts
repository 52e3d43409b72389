import { isUtf8 } from 'node:buffer';
import { isStrictJson } from './json-guard.ts';

export type JsonRead = { readonly ok: true; readonly text: string; readonly value: unknown } | { readonly ok: false };

/** Strict JSON of the received bytes: UTF-8 without a byte order mark, and nothing that two readers read differently. */
export function parseJson(bytes: Buffer): JsonRead {
  return isPlainUtf8(bytes) && isStrictJson(bytes) ? parseText(bytes.toString('utf8')) : { ok: false };
}

export function isPlainUtf8(bytes: Buffer): boolean {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return !hasMark && isUtf8(bytes);
}

export function parseText(text: string): JsonRead {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, text, value };
  } catch {
    return { ok: false };
  }
}
