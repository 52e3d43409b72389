import { createHash } from 'node:crypto';
import type { EpochMs } from '#domain/instants';

/** Where a page ends: the sort value and id of its last row. */
export interface Cursor {
  readonly at: EpochMs;
  readonly id: string;
}

/** What the cursor was made for: sort and filters. A cursor of another list means its first page. */
export type CursorScope = readonly unknown[];

const hashCharacters = 12;

export function encodeCursor({ at, id }: Cursor, scope: CursorScope): string {
  return Buffer.from(`v1.${at}.${id}.${hashOf(scope)}`).toString('base64url');
}

/** undefined where the text is no cursor of this list. */
export function decodeCursor(text: string, scope: CursorScope): Cursor | undefined {
  const match = /^v1\.(-?\d{1,15})\.([^\0]{1,640})\.([A-Za-z0-9_-]+)$/.exec(Buffer.from(text, 'base64url').toString());
  if (!match) return undefined;
  const [, at, id = '', hash] = match;
  return hash === hashOf(scope) ? { at: Number(at), id } : undefined;
}

function hashOf(scope: CursorScope) {
  return createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, hashCharacters);
}
