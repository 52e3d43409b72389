import { isUtf8 } from 'node:buffer';
import { isStrictJson } from './json-guard.ts';

export type JsonRead = { readonly ok: true; readonly text: string; readonly value: unknown } | { readonly ok: false };

/** Strict JSON of the received bytes: UTF-8 without a byte order mark, and nothing that two readers read differently. */
export function parseJson(bytes: Buffer): JsonRead {
  const text = textOf(bytes);
  return text !== undefined && isStrictJson(text) ? parseText(text) : { ok: false };
}

export function textOf(bytes: Buffer): string | undefined {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return hasMark || !isUtf8(bytes) ? undefined : bytes.toString('utf8');
}

export function parseText(text: string): JsonRead {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, text, value };
  } catch {
    return { ok: false };
  }
}
