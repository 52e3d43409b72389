import type { AttemptRow } from './attempt-row.ts';

/** Rows that wait to be written, in order. Bounded twice: a refusal of a thousand usage rows is as long as hundreds of others. */
export interface AttemptQueue {
  /** False when it is full. */
  add(row: AttemptRow): boolean;
  /** What one statement takes. Empty when nothing waits. */
  nextPage(): AttemptRow[];
  /** A statement's worth is there. */
  hasPage(): boolean;
  length(): number;
}

const waitingMax = 10_000;
const waitingBytesMax = 32 * 1024 * 1024;
const pageRowsMax = 500;
const pageBytesMax = 2 * 1024 * 1024;

/** What all that is not the tenant's takes of a row. */
const plainBytes = 512;

export function createAttemptQueue(): AttemptQueue {
  let waiting: { readonly row: AttemptRow; readonly bytes: number }[] = [];
  let waitingBytes = 0;
  return {
    add(row) {
      const bytes = bytesOf(row);
      if (waiting.length >= waitingMax || waitingBytes + bytes > waitingBytesMax) return false;
      waiting.push({ row, bytes });
      waitingBytes += bytes;
      return true;
    },
    nextPage() {
      let rows = 0;
      let bytes = 0;
      for (const next of waiting) {
        if (rows === pageRowsMax || (rows > 0 && bytes + next.bytes > pageBytesMax)) break;
        rows += 1;
        bytes += next.bytes;
      }
      const page = waiting.slice(0, rows);
      waiting = waiting.slice(rows);
      waitingBytes -= bytes;
      return page.map(({ row }) => row);
    },
    hasPage: () => waiting.length >= pageRowsMax || waitingBytes >= pageBytesMax,
    length: () => waiting.length,
  };
}

function bytesOf({ headers, body, issues }: AttemptRow): number {
  let bytes = plainBytes + (body?.length ?? 0);
  for (const [name, value] of Object.entries(headers ?? {})) bytes += name.length + value.length;
  for (const { path, message } of issues ?? []) bytes += path.length + message.length;
  return bytes;
}
